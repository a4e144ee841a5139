/**
 * The care of the database as a file, by its one door: what a kill, a full disk or a flipped bit may have done to it, and what
 * can be saved. Nothing outside this folder imports anything else of it, and it imports neither stores nor services.
 */
export { backUpAutomatically, backUpDatabase } from './backup';
export { checkDatabase, type DatabaseReport } from './check';
export { makeReady } from './ready';
export { changedEpochs, changedNotice, storeSum } from './sums';
export { attempt, suspect } from './suspect';
