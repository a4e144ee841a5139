import type { Command } from 'commander';
import { expected } from '../../../shared/result';

/** The doctor must work where nothing else does, so it is a script of its own that needs no build. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check every part of the installation')
    .option('--json', 'one JSON value on stdout')
    .action((options: { json?: boolean }) => {
      const command = options.json ? 'npm run doctor -- --json' : 'npm run doctor';
      throw expected('unsupported', `the doctor runs outside of this program: type \`${command}\``);
    });
}
