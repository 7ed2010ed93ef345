import { columnOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { asText, quoted, tableOf } from "../database/sql.ts";

/** Rows that are fetched at once. */
const FETCHED = 2000;

/**
 * Every row of an entity that the session sees, in the order of its list, a portion at a time.
 *
 * @param client inside a transaction, which is one snapshot for all portions where it is REPEATABLE READ
 * @param timeZone in which moments are told
 * @param only the ids of the rows that are wanted; all unless given
 */
export async function* readList(
  client: ClientBase,
  entity: EntityModel,
  columns: readonly ColumnModel[],
  timeZone: string,
  only?: ReadonlySet<string>,
): AsyncGenerator<readonly (string | null)[]> {
  const read = columns.map((column) => (column.kind === "dateTime" ? wallClock(column, timeZone) : asText(column)));
  const { joins, terms } = orderOf(entity);
  const order = [...terms, "t.id"].join(", ");
  await client.query(
    `declare xm_export no scroll cursor for select ${["t.id::text", ...read].join(", ")} from ${tableOf(entity)} t ${joins.join(" ")} order by ${order}`,
  );
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({ text: `fetch ${FETCHED} from xm_export`, rowMode: "array", types: AS_TEXT });
    for (const [id, ...values] of rows) if (only === undefined || only.has(id ?? "")) yield values;
    if (rows.length < FETCHED) break;
  }
  await client.query("close xm_export");
}

/** What the county is called: the title of the one unit that stands above all others; `undefined` where there is no such unit. */
export async function readCounty(client: ClientBase, { units }: Model): Promise<string | undefined> {
  if (units === undefined) return undefined;
  const { entity, tree } = units;
  const parent = quoted(columnOf(entity, tree.parent).column);
  const { rows } = await client.query<{ title: string }>(
    `select t.${quoted(entity.title.column)} as title from ${tableOf(entity)} t where t.${parent} is null limit 2`,
  );
  return rows.length === 1 ? rows[0]?.title : undefined;
}

/** Whether any row that the session sees has a value in a column. */
export async function pointsAnywhere(client: ClientBase, entity: EntityModel, { column }: ColumnModel): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from ${tableOf(entity)} t where t.${quoted(column)} is not null) as found`,
  );
  return rows[0]?.found === true;
}

const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** What the county's clocks showed. */
function wallClock({ column }: ColumnModel, timeZone: string): string {
  return `to_char(t.${quoted(column)} at time zone '${timeZone.replaceAll("'", "''")}', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`;
}

interface Order {
  readonly joins: readonly string[];
  readonly terms: readonly string[];
}

/** The order of the entity's list in the API: choices by their place, texts as their column says, a reference by the order of what it refers to. */
function orderOf(entity: EntityModel): Order {
  const joins: string[] = [];
  const termsOf = (of: EntityModel, alias: string, path: readonly EntityModel[]): string[] =>
    of.order.flatMap((column) => {
      const value = `${alias}.${quoted(column.column)}`;
      const { target } = column;
      if (target === undefined || target === entity || path.includes(target)) return [`${sortable(column, value)} asc nulls last`];
      const joined = `o${joins.length}`;
      joins.push(`left join ${tableOf(target)} ${joined} on ${joined}.id = ${value}`);
      return termsOf(target, joined, [...path, target]);
    });
  return { terms: termsOf(entity, "t", [entity]), joins };
}

function sortable(column: ColumnModel, value: string): string {
  if (column.values !== undefined) {
    const names = column.values.map((name) => `'${name.replaceAll("'", "''")}'`);
    return `array_position(array[${names.join(", ")}]::text[], ${value})`;
  }
  if (column.kind !== "text") return value;
  return `${value} collate ${column.declared.options.collation === "zh" ? '"zh-x-icu"' : '"C"'}`;
}
