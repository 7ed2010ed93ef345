import { objectName, quoted } from "../names.ts";
import type { CapturedColumn, CapturedTable, NumberedTable } from "./table.ts";

/**
 * The history table: closed old versions only. Nothing in it is required, since it keeps what later tables have no more.
 * Read by key (what was this row), and by the transaction that ended versions (what did this one change).
 */
export function historyStatements(table: CapturedTable): readonly string[] {
  const history = `xmh.${quoted(table.name)}`;
  const columns = table.columns.map((column) => `  ${columnSql(column)}`);
  return [
    `create table ${history} (\n${[...columns, "  xm_from bigint not null", "  xm_to bigint not null"].join(",\n")}\n)`,
    `create index ${quoted(objectName(table.name, [], "key"))} on ${history} (id, xm_from)`,
    `create index ${quoted(objectName(table.name, [], "end"))} on ${history} (xm_to, xm_from)`,
  ];
}

/** A statement, and what is done instead where rows stand in its way. */
export interface HistoryStep {
  readonly sql: string;
  readonly otherwise?: readonly string[];
}

/**
 * The steps that let history follow its table: renamed columns are renamed, dropped ones kept under a name that no column can have,
 * retyped ones converted, or, where an old value does not convert, kept like dropped ones. New ones are left to `reconcileStatements`.
 *
 * @param generation the feed's generation that the migration begins: part of the names of what is kept
 */
export function followSteps(before: NumberedTable, after: NumberedTable, generation: number): readonly HistoryStep[] {
  const alter = `alter table xmh.${quoted(after.name)}`;
  const was = new Map(before.columns.map((column, at) => [before.numbers[at], column]));
  const is = new Map(after.columns.map((column, at) => [after.numbers[at], column]));
  const rename = (from: string, to: string) => `${alter} rename column ${quoted(from)} to ${quoted(to)}`;
  const dropped = [...was].filter(([number]) => !is.has(number)).map(([, column]) => column.name);
  const renamed = [...was].flatMap(([number, old]) => {
    const now = is.get(number)?.name;
    return now === undefined || now === old.name ? [] : [{ from: old.name, to: now }];
  });
  const moved = [
    ...(before.name === after.name ? [] : [`alter table xmh.${quoted(before.name)} rename to ${quoted(after.name)}`]),
    ...dropped.map((name) => rename(name, keptName(name, generation))),
    // by way of names that nobody has, so that two columns may change places
    ...renamed.map(({ from }, at) => rename(from, `xm_moving_${at}`)),
    ...renamed.map(({ to }, at) => rename(`xm_moving_${at}`, to)),
  ];
  const changed = [...is].flatMap(([number, now]): readonly HistoryStep[] => {
    const old = was.get(number);
    if (old === undefined || (old.type === now.type && old.collation === now.collation)) return [];
    const { name, type, collation } = now;
    return [
      {
        sql: `${alter} alter column ${quoted(name)} type ${type}${collate(collation)} using ${quoted(name)}::${type}`,
        otherwise: [rename(name, keptName(name, generation)), `${alter} add column ${columnSql(now)}`],
      },
    ];
  });
  return [...moved.map((sql) => ({ sql })), ...changed];
}

/** What a history table lacks, as unknown (null), or has otherwise from an earlier life of the name: that is kept like a dropped column. */
export function reconcileStatements(table: CapturedTable, history: readonly CapturedColumn[], generation: number): readonly string[] {
  const alter = `alter table xmh.${quoted(table.name)}`;
  return table.columns.flatMap((column) => {
    const found = history.find(({ name }) => name === column.name);
    if (found === undefined) return [`${alter} add column ${columnSql(column)}`];
    if (found.type === column.type && found.collation === column.collation) return [];
    return [
      `${alter} rename column ${quoted(column.name)} to ${quoted(keptName(column.name, generation))}`,
      `${alter} add column ${columnSql(column)}`,
    ];
  });
}

/** Unique over time, since a generation is begun once; `$` keeps it apart from every declared name. */
function keptName(column: string, generation: number): string {
  return `${column.slice(0, 50)}$${generation}`;
}

function columnSql({ name, type, collation }: CapturedColumn): string {
  return `${quoted(name)} ${type}${collate(collation)}`;
}

function collate(collation: string | undefined): string {
  return collation === undefined ? "" : ` collate "${collation}"`;
}
