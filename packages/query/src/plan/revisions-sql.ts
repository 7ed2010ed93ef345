import { columnOf, retirementOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { actorSql } from "./changed-by.ts";
import { joined, type Sql } from "./sql.ts";

/** What is told of a dictionary or an entry at a revision. */
export const TERM: readonly { readonly name: string; readonly kind: ColumnModel["kind"]; readonly type: string }[] = [
  { name: "code", kind: "text", type: "text" },
  { name: "zh", kind: "text", type: "text" },
  { name: "en", kind: "text", type: "text" },
  { name: "position", kind: "integer", type: "integer" },
  { name: "retiredOn", kind: "date", type: "date" },
];

const MOMENT = sql`select nullif(current_setting('xm.hi', true), '')::bigint as hi, nullif(current_setting('xm.xip', true), '')::bigint[] as running`;

/**
 * The changes of dictionaries and of their entries, numbered by the transactions that made them, in the order in which those began to write: a row
 * per change, with the columns `dictionary number place code nth kind at actor origin official role`, and those of TERM before and after. The versions
 * of rows tell it, as far as the policies of the table and its history let the viewer see them; as of a moment, those that it sees. What was
 * written and changed nothing is no revision.
 */
export function revisionsSql({ dictionary, entry }: NonNullable<Model["dictionaries"]>, keys: Sql): Sql {
  const of = columnOf(entry, "dictionary").column;
  const sides = (side: "before" | "after", source: string | undefined): Sql =>
    joined(
      TERM.map(
        ({ name, type }) => sql`${source === undefined ? sql.raw(`null::${type}`) : sql.id(source, name)} as ${sql.id(`${side}_${name}`)}`,
      ),
    );
  const differ = (...names: readonly string[]): Sql =>
    sql`(${joined(names.map((name) => sql.id(`before_${name}`)))}) is distinct from (${joined(names.map((name) => sql.id(`after_${name}`)))})`;
  const tables = joined([dictionary, entry].map(({ table }) => sql.lit(table)));
  // what is asked for comes first: no name of this statement stands before a table's there
  return sql`with asked as (select distinct k.key from (${keys}) as k (key) where k.key is not null),
moment as (${MOMENT}),
versions as (${versions(entry, of)} union all ${versions(dictionary, "id")}),
seen as (
  select v.*, e.ended from versions v cross join moment m
  cross join lateral (select case when m.hi is null or (v.xm_to < m.hi and v.xm_to <> all (m.running)) then v.xm_to end as ended) e
  where m.hi is null or (v.xm_from < m.hi and v.xm_from <> all (m.running))),
events as (
  select n.place, n.dictionary, n.xm_from as stamp, ${sides("before", "b")}, ${sides("after", "n")}
  from seen n left join seen b on b.id = n.id and b.place = n.place and b.dictionary = n.dictionary and b.ended = n.xm_from
  union all
  select b.place, b.dictionary, b.ended, ${sides("before", "b")}, ${sides("after", undefined)}
  from seen b where b.ended is not null
    and not exists (select from seen n where n.id = b.id and n.place = b.place and n.dictionary = b.dictionary and n.xm_from = b.ended)),
changes as (
  select e.*, k.nth, k.kind from events e cross join lateral (values
    (1, 'REMOVED', after_code is null),
    (2, 'ADDED', before_code is null),
    (3, 'RENAMED', before_code is not null and after_code is not null and ${differ("code", "zh", "en")}),
    (4, 'MOVED', before_code is not null and after_code is not null and ${differ("position")}),
    (5, 'RETIRED', before_code is not null and ${differ("retiredOn")} and "after_retiredOn" is not null),
    (6, 'RESTORED', after_code is not null and ${differ("retiredOn")} and "after_retiredOn" is null)
  ) k (nth, kind, holds) where k.holds),
numbered as (select c.*, dense_rank() over (partition by c.dictionary order by c.stamp) as number from changes c)
select n.*, case when n.place = 1 then coalesce(n.after_code, n.before_code) end as code, m.at, m.origin, m.actor, ${actorSql(sql`m.actor`)}
from numbered n left join xm.change_marks(array[${tables}], array(select stamp from numbered)) m on m.stamp = n.stamp`;
}

/** The versions of a table's rows: `place` is 0 for the dictionary itself, 1 for its entries. */
function versions(entity: EntityModel, of: string): Sql {
  const term = joined(
    TERM.map(({ name, type }) => {
      const column = name === "retiredOn" ? retirementOf(entity) : entity.columns.find((one) => one.name === name);
      return column === undefined
        ? sql`${sql.raw(`null::${type}`)} as ${sql.id(name)}`
        : sql`v.${sql.id(column.column)} as ${sql.id(name)}`;
    }),
  );
  const place = sql.lit(of === "id" ? 0 : 1);
  const version = (schema: "app" | "xmh", end: Sql, where: Sql): Sql =>
    sql`select ${place}::int as place, v.id, v.${sql.id(of)} as dictionary, v.xm_from, ${end} as xm_to, ${term}
    from ${sql.id(schema, entity.table)} v where v.${sql.id(of)} in (select key from asked)${where}`;
  // what a transaction wrote and changed again itself was nobody's to see
  return sql`${version("app", sql`null::bigint`, sql``)} union all ${version("xmh", sql`v.xm_to`, sql` and v.xm_from <> v.xm_to`)}`;
}
