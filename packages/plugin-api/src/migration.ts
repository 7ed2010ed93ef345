/** The shape of one column of a table, as the last migration left it. */
export interface ColumnShape {
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  /** The table that it points at. */
  readonly references?: string;
  /** Whether it points at rows of several tables: found by an index, without a foreign key. */
  readonly subject?: boolean;
  readonly unique?: boolean;
  /** The body of its CHECK. */
  readonly check?: string;
  readonly collation?: string;
}

/** The shape of one table: its columns by name, and the columns of its natural key. */
export interface TableShape {
  readonly columns: Readonly<Record<string, ColumnShape>>;
  readonly key: readonly string[];
}

/** The tables of a plugin by name. */
export type TableShapes = Readonly<Record<string, TableShape>>;

/**
 * A step from one set of tables to the next, written by `xianmai migrate new <plugin>` and committed.
 * Triggers, policies, history and past views are never in it: the runner makes them anew.
 */
export interface Migration {
  /** `<date>-<what>`, also the file's name; migrations run in the order of their ids. */
  readonly id: string;
  /** Statements, run in one transaction with the record that they ran. */
  readonly sql: readonly string[];
  /** The tables after it: what the next difference is taken from. */
  readonly tables: TableShapes;
}

/** Marks an object as a migration, for its type. */
export function migration(declared: Migration): Migration {
  return Object.freeze(declared);
}
