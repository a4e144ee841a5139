/** Programs of our own that work beside the page, so that it stays responsive. */

/** What Chromium has and TypeScript's library lacks. */
interface ScriptPolicies {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): string };
}
const policies = (globalThis as { trustedTypes?: ScriptPolicies }).trustedTypes;

/** Whether an address is that of a file of the page: none made of text, none from elsewhere. */
const isOurs = (address: string): boolean => address.startsWith(`${location.protocol}//${location.host}/`);

const policy = policies?.createPolicy('workers', {
  createScriptURL(address) {
    if (!isOurs(address)) throw new TypeError(`${address} is no program of this page.`);
    return address;
  },
});

/** @param address as the build gives it: `import url from './program?worker&url'` */
export function startWorker(address: string): Worker {
  const { href } = new URL(address, location.href);
  return new Worker(policy?.createScriptURL(href) ?? href, { type: 'module' });
}
