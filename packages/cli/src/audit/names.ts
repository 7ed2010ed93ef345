import { settingsOf, type ReadPool } from "@xianmai/database";
import { countyViewer, isUuid, type Label } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";

/** How people call tables, columns and rows. */
export interface Names {
  table(table: string): Label;
  column(table: string, column: string): Label;
  /** With its key, so that it can be looked for. */
  row(table: string, id: string): string;
  /** Where another row points at it. */
  pointed(table: string, id: string): string;
  /** Whoever acted: an official's key, or whatever else was recorded. */
  person(actor: string): string;
}

/** The names that a model gives; rows by their natural key and title, as far as those were read. */
export function namesOf(model: Model, rows: ReadonlyMap<string, ReadonlyMap<string, string>>): Names {
  const entity = (table: string) => model.entities.find((candidate) => candidate.table === table);
  const people = model.people?.entity.table ?? "";
  return {
    table: (table) => {
      const found = entity(table);
      return found === undefined ? { zh: table, en: table } : { zh: found.label.zh, en: found.name };
    },
    column: (table, column) => {
      const found = entity(table)?.columns.find((candidate) => candidate.column === column);
      return found === undefined ? { zh: column, en: column } : { zh: found.label.zh, en: found.label.en };
    },
    row: (table, id) => {
      const name = rows.get(table)?.get(id);
      return name === undefined ? id : `${name} [${id}]`;
    },
    pointed: (table, id) => rows.get(table)?.get(id) ?? id,
    person: (actor) => rows.get(people)?.get(actor) ?? actor,
  };
}

/** What rows are to be read, by table; of the actors those that can be keys of people. */
export function withPeople(
  model: Model,
  wanted: ReadonlyMap<string, readonly string[]>,
  actors: readonly (string | null | undefined)[],
): ReadonlyMap<string, readonly string[]> {
  const table = model.people?.entity.table;
  const people = actors.flatMap((actor) => (typeof actor === "string" && isUuid(actor) ? [actor] : []));
  return table === undefined || people.length === 0 ? wanted : new Map([...wanted, [table, [...(wanted.get(table) ?? []), ...people]]]);
}

/** Reads what rows are called, be they there or gone. */
export async function readRowNames(
  pool: ReadPool,
  model: Model,
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const entities = model.entities.filter(({ table }) => wanted.has(table));
  if (entities.length === 0) return new Map();
  const statements = entities.map((entity) => ({
    text: nameSql(entity),
    values: [`{${[...new Set(wanted.get(entity.table) ?? [])].join(",")}}`],
  }));
  const results = await pool.batch(settingsOf(countyViewer), statements);
  return new Map(entities.map(({ table }, at) => [table, new Map((results[at]?.rows ?? []).map(([id, name]) => [id ?? "", name ?? ""]))]));
}

/** The newest version that there is of each row; what stands counts as newer than what has ended. */
function nameSql({ table, key, title }: EntityModel): string {
  const columns = [...new Set([...key.filter(({ target }) => target === undefined), title].map(({ column }) => column))];
  const name = `concat_ws(' ', ${columns.map((column) => `"${column}"`).join(", ")})`;
  return `select distinct on (id) id::text, name from (
      select id, ${name} as name, 1 as age, 0::bigint as ended from app."${table}" where id = any ($1::uuid[])
      union all select id, ${name}, 0, xm_to from xmh."${table}" where id = any ($1::uuid[])) versions
    order by id, age desc, ended desc`;
}
