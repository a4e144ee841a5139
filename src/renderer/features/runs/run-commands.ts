/** The commands that a run on the screen answers to, by its state. */
import type { CommandId } from '../../../shared/commands';
import type { Run } from '../../../shared/run';
import type { BoundCommand } from '../../ui/commands-store';
import type { RunAction } from './run-actions';
import type { useRunsStore } from './runs-store';
import type { OfferedAction, RunActions } from './use-run-actions';

/** Pausing and resuming are one command with one key; an action without a command has a button only. */
const COMMAND_OF: Partial<Record<RunAction, CommandId>> = {
  pause: 'run.pause',
  resume: 'run.pause',
  answer: 'run.pause',
  stop: 'run.stop',
  next: 'run.next',
  fork: 'run.fork',
  extend: 'run.extend',
  again: 'run.again',
  log: 'run.log',
  json: 'run.json',
  csv: 'run.csv',
  delete: 'run.delete',
};

export function runCommands(
  run: Run,
  actions: Pick<RunActions, 'offer' | 'act'>,
  store: Pick<ReturnType<typeof useRunsStore>, 'isCompared' | 'toggleCompared'>,
): BoundCommand[] {
  const { main, more, deletable } = actions.offer(run);
  const offered: readonly Pick<OfferedAction, 'action' | 'label' | 'disabled'>[] = [
    ...main,
    ...more,
    ...(deletable ? [{ action: 'delete', label: 'Delete', disabled: false } as const] : []),
  ];
  const commands = offered.flatMap(({ action, label, disabled }): BoundCommand[] => {
    const id = COMMAND_OF[action];
    if (id === undefined || disabled) return [];
    return [{ id, title: `${label.replace('…', '')}: ${run.name}`, run: () => actions.act(action, run) }];
  });
  if (run.unreadable !== undefined) return commands;
  const title = `${store.isCompared(run.id) ? 'Remove from Compare' : 'Add to Compare'}: ${run.name}`;
  return [...commands, { id: 'run.compare', title, run: () => store.toggleCompared(run.id) }];
}
