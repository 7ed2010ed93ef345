/** A table as the seals know it. */
export interface TableState {
  /** The platform's own number of it; 0 is `xm.step`. */
  readonly number: number;
  readonly name: string;
  /** PostgreSQL's number of the table and of its history; `null` where there is none. */
  readonly current: number | null;
  readonly history: number | null;
  /** A migration dropped the table: versions that began before this stamp may be gone with it. `"0"` where none did. */
  readonly lost: string;
}

/**
 * A column as the seals know it. Its number never stands for another one: neither a new name nor a new place makes it another column,
 * a new type does, since it changes every value.
 */
export interface ColumnState {
  readonly table: number;
  readonly id: number;
  /** The name that it has, or had last. */
  readonly name: string;
  readonly type: string;
  /** PostgreSQL's number of it in the table and in the history; `null` where its values are no more. */
  readonly current: number | null;
  readonly history: number | null;
}

/** Something that happened to a table, for people. */
export interface StructureNote {
  readonly what:
    | "column-added"
    | "column-renamed"
    | "column-retyped"
    | "column-dropped"
    | "table-renamed"
    | "table-dropped"
    | "table-remade"
    | "history-dropped"
    | "restored";
  readonly table: string;
  readonly column?: string;
  /** The name or the type before. */
  readonly was?: string;
}

/** A change of structure as it is sealed: the states that are new, whole. */
export interface StructureAct {
  readonly kind: "structure";
  /** The migrations that ran since the seal before, as `plugin id`: what explains the change. */
  readonly migrations: readonly string[];
  /** PostgreSQL's number of `xm.seal`: another one means that all of the database was restored from a dump. */
  readonly home: number;
  readonly tables: readonly TableState[];
  readonly columns: readonly ColumnState[];
  readonly notes: readonly StructureNote[];
}

/** All tables and columns that were ever sealed. */
export interface Structure {
  /** 0 before the first seal. */
  readonly home: number;
  readonly tables: ReadonlyMap<number, TableState>;
  /** By the table's number. */
  readonly columns: ReadonlyMap<number, readonly ColumnState[]>;
  /** The migrations that have run, as `plugin id`. */
  readonly migrations: ReadonlySet<string>;
}

/** Before the first seal. */
export const NO_STRUCTURE: Structure = { home: 0, tables: new Map(), columns: new Map(), migrations: new Set() };

/** The structure after an act. */
export function withAct(structure: Structure, act: StructureAct): Structure {
  const tables = new Map([...structure.tables, ...act.tables.map((table) => [table.number, table] as const)]);
  const columns = new Map(structure.columns);
  for (const [table, changed] of Map.groupBy(act.columns, (column) => column.table)) {
    const ids = new Set(changed.map(({ id }) => id));
    columns.set(
      table,
      [...(columns.get(table) ?? []).filter(({ id }) => !ids.has(id)), ...changed].toSorted((one, other) => one.id - other.id),
    );
  }
  return { home: act.home, tables, columns, migrations: new Set([...structure.migrations, ...act.migrations]) };
}

/** The columns of a table whose values are there today, in the table and in its history. */
export function liveColumns(structure: Structure, table: number): readonly ColumnState[] {
  return (structure.columns.get(table) ?? []).filter(({ current }) => current !== null);
}

/**
 * The notes of an act that a migration must explain, and none does: a column or a table that lost its values, or passes for another.
 * What the platform itself adds and takes away needs no migration.
 *
 * @param recorded the migrations that the database says have run
 */
export function unexplained({ migrations, notes }: StructureAct, recorded: ReadonlySet<string>): readonly StructureNote[] {
  if (migrations.length > 0 && migrations.every((migration) => recorded.has(migration))) return [];
  return notes.filter(({ what, column }) => what !== "restored" && what !== "column-added" && column?.startsWith("xm_") !== true);
}
