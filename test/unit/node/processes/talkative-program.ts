/** A program that says a lot at once and ends, as its parent finds it; started by port.test.ts. */
import { parentPort } from '../../../../src/node/processes/port';

const [count, bytes, code] = process.argv.slice(2).map(Number);
const port = parentPort<never, { number: number; text: string }>();
for (let number = 1; number <= count!; number++) port.send({ number, text: 'x'.repeat(bytes!) });
port.exit(code!);
