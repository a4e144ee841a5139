export interface Migration {
  /** Counted from 1 without gaps; `user_version` of the database afterwards. */
  version: number;
  sql: string;
}
