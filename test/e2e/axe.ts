/** axe: WCAG 2 A and AA, and best practices. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  rules: { 'label-content-name-mismatch': { enabled: true } },
};

/** A line for each rule that is broken, with the elements that break it. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, as every line of these tests: the page's policy, which refuses scripts of others, stays.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(
    (options) =>
      (
        window as unknown as { axe: { run(root: Document, options: RunOptions): Promise<AxeResults> } }
      ).axe.run(document, options),
    OPTIONS,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return `${id}: ${why} (${target.join(' ')}) ${html.slice(0, 120)}`;
    }),
  );
}
