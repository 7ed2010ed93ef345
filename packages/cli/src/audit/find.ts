import type { ReadPool } from "@xianmai/database";
import { settingsOf } from "@xianmai/database";
import { countyViewer, isUuid, Refusal } from "@xianmai/plugin-api";
import { columnOf, type ColumnModel, type EntityModel, type Model } from "@xianmai/plugin-api/model";

/** @throws Refusal ENTITY_UNKNOWN naming those that there are */
export function entityNamed(model: Model, name: string): EntityModel {
  const found = model.entities.find((entity) => [entity.name, entity.table].some((known) => known.toLowerCase() === name.toLowerCase()));
  if (found !== undefined) return found;
  const all = model.entities.map((entity) => entity.name).join(", ");
  throw new Refusal(
    "ENTITY_UNKNOWN",
    { zh: `没有名为 ${name} 的实体。`, en: `There is no entity ${name}.` },
    { zh: `可用的：${all}。`, en: `There are: ${all}.` },
  );
}

/** @throws Refusal COLUMN_UNKNOWN naming those that there are */
export function columnsNamed(entity: EntityModel, names: readonly string[]): readonly ColumnModel[] {
  const known = entity.columns.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names.map((name) => columnOf(entity, name));
  throw new Refusal(
    "COLUMN_UNKNOWN",
    { zh: `${entity.name} 没有字段 ${unknown}。`, en: `${entity.name} has no column ${unknown}.` },
    { zh: `可用的：${known.join(", ")}。`, en: `There are: ${known.join(", ")}.` },
  );
}

/**
 * The keys of the rows that a word names, be they there or gone: a key, a global id, or the natural key, whose columns are separated by
 * slashes. Several rows may have had one natural key in turn.
 *
 * @throws Refusal ROW_UNKNOWN
 */
export async function rowsNamed(pool: ReadPool, entity: EntityModel, word: string): Promise<readonly string[]> {
  const id = word.replace(`${entity.name}:`, "");
  const rows = isUuid(id) ? await present(pool, entity, id) : await byNaturalKey(pool, entity, word);
  if (rows.length > 0) return rows;
  const key = entity.key.map(({ name }) => name).join("/");
  throw new Refusal(
    "ROW_UNKNOWN",
    { zh: `没有、也没有过 ${entity.name} ${word}。`, en: `There is no ${entity.name} ${word}, and there never was.` },
    {
      zh: `请给出 id${key === "" ? "" : ` 或 ${key}`}。`,
      en: `Give its id${key === "" ? "" : ` or its ${key}`}.`,
    },
  );
}

function present(pool: ReadPool, entity: EntityModel, id: string): Promise<readonly string[]> {
  return idsWhere(pool, entity, "id = $1::uuid", [id]);
}

async function byNaturalKey(pool: ReadPool, entity: EntityModel, word: string): Promise<readonly string[]> {
  const parts = entity.key.length === 1 ? [word] : word.split("/");
  if (entity.key.length === 0 || parts.length !== entity.key.length) return [];
  const conditions = entity.key.map((column, at) => {
    const given = `$${at + 1}`;
    const [target] = column.target?.key ?? [];
    if (column.target === undefined || target === undefined) return `"${column.column}"::text = ${given}`;
    // a part that points elsewhere is named as rows are named there
    return `"${column.column}" in (select id from app."${column.target.table}" where "${target.column}"::text = ${given})`;
  });
  return idsWhere(pool, entity, conditions.join(" and "), parts);
}

async function idsWhere(pool: ReadPool, { table }: EntityModel, where: string, values: readonly string[]): Promise<readonly string[]> {
  const text = `select distinct id::text from (select id from app."${table}" where ${where} union all select id from xmh."${table}" where ${where}) rows`;
  const [result] = await pool.batch(settingsOf(countyViewer), [{ text, values }]);
  return (result?.rows ?? []).flatMap(([id]) => id ?? []);
}
