import { connectTo } from '../../../src/main/db/connect';
import { migrate } from '../../../src/main/db/migrate';
import { MIGRATIONS } from '../../../src/main/db/migrations';
import { Db } from '../../../src/main/db/database';

/** A database in memory, at the newest version. */
export function openMemoryDatabase(): Db {
  const sqlite = connectTo(':memory:');
  migrate(sqlite, ':memory:', MIGRATIONS);
  return new Db(':memory:', sqlite);
}
