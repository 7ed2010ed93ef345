import type { DictionaryDeclaration } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";
import { columnOf } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { quoted } from "../names.ts";

/** What was added to the dictionaries of a database. */
export interface Seeded {
  /** Codes of dictionaries that were met for the first time, and came with all their entries. */
  readonly dictionaries: readonly string[];
  /** Entries that were declared since, as `dictionary/code`. */
  readonly entries: readonly string[];
}

type Dictionaries = NonNullable<Model["dictionaries"]>;

/**
 * Adds the declared dictionaries that the database has not met yet, each with its entries, and to the others the entries whose code they have never
 * had. They belong to the county from then on: what it has renamed stays renamed, what it has removed is not added again, since the history knows of
 * it. Entries that are declared later stand last.
 */
export async function seedDictionaries(client: ClientBase, model: Model): Promise<Seeded> {
  const dictionaries: string[] = [];
  const entries: string[] = [];
  if (model.dictionaries !== undefined) {
    for (const declared of model.dictionaries.declared) {
      if (await addDictionary(client, model.dictionaries, declared)) dictionaries.push(declared.code);
      const added = await addEntries(client, model.dictionaries, declared);
      if (!dictionaries.includes(declared.code)) entries.push(...added.map((code) => `${declared.code}/${code}`));
    }
  }
  return { dictionaries, entries };
}

async function addDictionary(client: ClientBase, { dictionary }: Dictionaries, { code, label }: DictionaryDeclaration): Promise<boolean> {
  const names = ["code", "zh", "en"].map((name) => quoted(columnOf(dictionary, name).column));
  const { rowCount } = await client.query(
    `insert into app.${quoted(dictionary.table)} (${names.join(", ")})
     select $1, $2, $3 where not exists (select from app.${quoted(dictionary.table)} where ${names[0] ?? ""} = $1)`,
    [code, label.zh, label.en],
  );
  return rowCount === 1;
}

/** @returns the codes of those added */
async function addEntries(
  client: ClientBase,
  { dictionary, entry }: Dictionaries,
  { code, entries }: DictionaryDeclaration,
): Promise<readonly string[]> {
  const columns = ["dictionary", "code", "zh", "en", "position"].map((name) => quoted(columnOf(entry, name).column));
  const [of = "", named = "", , , position = ""] = columns;
  const table = quoted(entry.table);
  const all = Object.entries(entries);
  const { rows } = await client.query<{ code: string }>(
    `with d as (select id from app.${quoted(dictionary.table)} where ${quoted(columnOf(dictionary, "code").column)} = $1),
      known as (select ${named} as code from app.${table} where ${of} = (select id from d)
        union select ${named} from xmh.${table} where ${of} = (select id from d)),
      missing as (select e.*, row_number() over (order by at) as nth from unnest($2::text[], $3::text[], $4::text[]) with ordinality e(code, zh, en, at)
        where code not in (select code from known))
    insert into app.${table} (${columns.join(", ")})
    select d.id, m.code, m.zh, m.en, coalesce((select max(${position}) from app.${table} where ${of} = d.id), 0) + m.nth from d, missing m order by m.nth
    returning ${named} as code`,
    [code, all.map(([entryCode]) => entryCode), all.map(([, { zh }]) => zh), all.map(([, { en }]) => en)],
  );
  return rows.map((row) => row.code);
}
