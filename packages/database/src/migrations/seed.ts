import type { Model } from "@xianmai/plugin-api/model";
import { columnOf } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { quoted } from "../names.ts";

/**
 * Adds the declared dictionaries that the database has not met yet, each with its entries. From then on they belong to the county.
 *
 * @returns the codes of those added
 */
export async function seedDictionaries(client: ClientBase, model: Model): Promise<readonly string[]> {
  if (model.dictionaries === undefined) return [];
  const { dictionary, entry, declared } = model.dictionaries;
  const added: string[] = [];
  for (const { code, label, entries } of declared) {
    const names = ["code", "zh", "en"].map((name) => quoted(columnOf(dictionary, name).column));
    const { rows } = await client.query<{ id: string }>(
      `insert into app.${quoted(dictionary.table)} (${names.join(", ")})
       select $1, $2, $3 where not exists (select from app.${quoted(dictionary.table)} where ${names[0] ?? ""} = $1) returning id::text`,
      [code, label.zh, label.en],
    );
    const id = rows[0]?.id;
    if (id === undefined) continue;
    const columns = ["dictionary", "code", "zh", "en", "position"].map((name) => quoted(columnOf(entry, name).column));
    const all = Object.entries(entries);
    await client.query(
      `insert into app.${quoted(entry.table)} (${columns.join(", ")})
       select $1::uuid, code, zh, en, at from unnest($2::text[], $3::text[], $4::text[]) with ordinality e(code, zh, en, at)`,
      [id, all.map(([entryCode]) => entryCode), all.map(([, { zh }]) => zh), all.map(([, { en }]) => en)],
    );
    added.push(code);
  }
  return added;
}
