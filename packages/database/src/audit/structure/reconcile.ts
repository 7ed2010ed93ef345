import { STEPS, type Catalog, type CatalogColumn, type CatalogRelation, type CatalogTable } from "./catalog.ts";
import type { ColumnState, Structure, StructureAct, StructureNote, TableState } from "./structure.ts";

/**
 * Compares the tables that the seals know with those that there are.
 *
 * @param floor a stamp beyond those of all versions that can have been dropped with a table
 * @returns what changed, to be sealed; `undefined` when nothing did
 */
export function reconcile(structure: Structure, catalog: Catalog, floor: bigint): StructureAct | undefined {
  const restored = structure.home !== 0 && structure.home !== catalog.home;
  const migrations = catalog.migrations.filter((migration) => !structure.migrations.has(migration));
  const found = new Set(catalog.tables.map(({ number }) => number));
  const gone = [...structure.tables.values()]
    .filter(({ number }) => !found.has(number))
    .map(({ number, name }): CatalogTable => ({ number, name, current: undefined, history: undefined }));
  const look: Look = { restored, lost: migrations.length === 0 ? undefined : String(floor) };
  const changes = [...catalog.tables, ...gone].map((table) => reconcileTable(structure, table, look));
  const act = {
    kind: "structure",
    migrations,
    home: catalog.home,
    tables: changes.flatMap(({ state }) => state ?? []),
    columns: changes.flatMap(({ columns }) => columns),
    notes: [...(restored ? [{ what: "restored", table: "" } as const] : []), ...changes.flatMap(({ notes }) => notes)],
  } as const;
  const changed = act.tables.length + act.columns.length + act.notes.length + migrations.length > 0;
  return changed || structure.home !== catalog.home ? act : undefined;
}

/** What holds for all tables. */
interface Look {
  /** Everything has other numbers than it had. */
  readonly restored: boolean;
  /** Versions before this stamp may go with a table that is dropped; `undefined` where no migration can have dropped one. */
  readonly lost: string | undefined;
}

interface TableChange {
  readonly state: TableState | undefined;
  readonly columns: readonly ColumnState[];
  readonly notes: readonly StructureNote[];
}

function reconcileTable(structure: Structure, table: CatalogTable, { restored, lost }: Look): TableChange {
  const was = structure.tables.get(table.number);
  const known = structure.columns.get(table.number) ?? [];
  const [current, history] = [table.current?.oid ?? null, table.history?.oid ?? null];
  const remade = was !== undefined && was.current !== null && current !== was.current && !restored;
  const state = { number: table.number, name: table.name, current, history, lost: (remade ? lost : undefined) ?? was?.lost ?? "0" };
  const columns = reconcileColumns(table, known, {
    current: was?.current === current,
    history: was?.history === history,
  });
  const changed = columns.filter((column) => !known.some((old) => same(old, column)));
  return {
    state: was !== undefined && same(was, state) ? undefined : state,
    columns: changed,
    notes:
      was === undefined || restored
        ? []
        : [...tableNotes(was, state), ...(remade || was.history !== history ? [] : columnNotes(table, known, changed))],
  };
}

/**
 * Every column that the table ever had, as it is now. Within one life of a relation a column is known by its number, which a new name does
 * not change; in another life by its name and type.
 */
function reconcileColumns(
  { number, current, history }: CatalogTable,
  known: readonly ColumnState[],
  alike: { readonly current: boolean; readonly history: boolean },
): readonly ColumnState[] {
  const columns = known.map((column): ColumnState => {
    const inCurrent = column.current === null ? undefined : find(current, column, column.current, alike.current);
    const inHistory = column.history === null ? undefined : find(history, column, column.history, alike.history);
    return {
      ...column,
      name: inCurrent?.name ?? column.name,
      current: inCurrent?.number ?? null,
      history: inHistory?.number ?? null,
    };
  });
  for (const found of current?.columns ?? []) {
    if (columns.some((column) => column.current === found.number)) continue;
    const past = history?.columns.find(({ name, type }) => name === found.name && type === found.type);
    // what is not kept when a version ends cannot be checked for ever
    if (past === undefined && number !== STEPS) continue;
    const at = columns.findIndex(
      ({ current: taken, history: own, type }) => taken === null && own !== null && own === past?.number && type === found.type,
    );
    const column = columns[at];
    if (column === undefined) {
      const id = Math.max(0, ...columns.map((one) => one.id)) + 1;
      columns.push({ table: number, id, name: found.name, type: found.type, current: found.number, history: past?.number ?? null });
    } else {
      // the table was dropped and made again, and its history goes on
      columns[at] = { ...column, name: found.name, current: found.number };
    }
  }
  return columns;
}

function find(
  relation: CatalogRelation | undefined,
  { name, type }: ColumnState,
  number: number,
  alike: boolean,
): CatalogColumn | undefined {
  return relation?.columns.find((found) => (alike ? found.number === number : found.name === name) && found.type === type);
}

function tableNotes(was: TableState, is: TableState): readonly StructureNote[] {
  const table = is.name;
  const notes: StructureNote[] = [];
  if (was.current !== null && was.current !== is.current)
    notes.push({ what: is.current === null ? "table-dropped" : "table-remade", table });
  if (was.history !== null && was.history !== is.history) notes.push({ what: "history-dropped", table });
  if (was.name !== is.name) notes.push({ what: "table-renamed", table, was: was.name });
  return notes;
}

function columnNotes(
  { name: table }: CatalogTable,
  known: readonly ColumnState[],
  changed: readonly ColumnState[],
): readonly StructureNote[] {
  const before = new Map(known.map((column) => [column.id, column]));
  return changed.flatMap((column): readonly StructureNote[] => {
    const was = before.get(column.id);
    if (was === undefined) {
      const old = known.find(({ current }) => current !== null && current === column.current);
      return old === undefined
        ? [{ what: "column-added", table, column: column.name }]
        : [{ what: "column-retyped", table, column: column.name, was: old.type }];
    }
    if (was.current !== null && column.current === null) {
      const retyped = changed.some(({ id, current }) => !before.has(id) && current === was.current);
      return retyped ? [] : [{ what: "column-dropped", table, column: was.name }];
    }
    // values of the past were kept where the present has none, and are no more
    if (was.history !== null && column.history === null && was.current === column.current) {
      return [{ what: "history-dropped", table, column: was.name }];
    }
    return was.name === column.name ? [] : [{ what: "column-renamed", table, column: column.name, was: was.name }];
  });
}

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
