/** The table processes: who has the database open. */
import type { ProcessIdentity } from '../../../node/processes/process-identity';
import type { Db } from '../database';
import type { Owner } from './queue';

export class ProcessStore {
  constructor(private readonly db: Db) {}

  /** This process now has the database open. */
  register({ ownerId, owner }: Owner, at: number): void {
    this.db.write('fast', () =>
      this.db.run(
        'INSERT OR REPLACE INTO processes (owner_id, pid, start, opened_at) VALUES (@ownerId, @pid, @start, @at)',
        { ownerId, pid: owner.pid, start: owner.start, at },
      ),
    );
  }

  unregister(ownerId: string): void {
    this.db.write('fast', () => this.db.run('DELETE FROM processes WHERE owner_id = ?', ownerId));
  }

  /**
   * Removes for good what was deleted, unless another living process has the database open: its user may still undo.
   * Returns how many runs are gone.
   */
  purgeDeleted(ownerId: string, alive: (identity: ProcessIdentity) => boolean): number {
    return this.db.write('durable', () => {
      const others = this.db.all<{ owner_id: string; pid: number; start: string | null }>(
        'SELECT owner_id, pid, start FROM processes WHERE owner_id <> ?',
        ownerId,
      );
      let watched = false;
      for (const other of others) {
        if (alive(other)) watched = true;
        else this.db.run('DELETE FROM processes WHERE owner_id = ?', other.owner_id);
      }
      if (watched) return 0;
      this.db.run('DELETE FROM architectures WHERE deleted_at IS NOT NULL');
      this.db.run('DELETE FROM recipes WHERE deleted_at IS NOT NULL');
      return this.db.run('DELETE FROM runs WHERE deleted_at IS NOT NULL');
    });
  }
}
