import { Dice, smallCounty, type Row, type Tables } from "../oracle/rows.ts";
import { openCounty, type CountyOptions, type CountyPlatform } from "./platform.ts";
import { county } from "./plugin.ts";
import { add } from "./rows.ts";

/** A county with some rows of everything, and the same rows in memory. */
export async function openFilledCounty(seed: number, options: CountyOptions = {}): Promise<CountyPlatform & { readonly tables: Tables }> {
  const platform = await openCounty(options);
  const { owner } = platform;
  const dictionaries = await owner.query<Row>("select id, code, zh, en from app.dictionary order by code");
  const entries = await owner.query<Row>(
    `select id, dictionary_id as "dictionaryId", code, zh, en, position from app.dictionary_entry order by zh`,
  );
  const fields = dictionaries.rows.find(({ code }) => code === "project-field")!;
  const tables: Tables = {
    Dictionary: dictionaries.rows,
    DictionaryEntry: entries.rows,
    ...smallCounty(
      new Dice(seed),
      entries.rows.filter(({ dictionaryId }) => dictionaryId === fields.id).map(({ id }) => id),
    ),
  };
  for (const name of ["Unit", "Official", "Project", "Report", "Blocker", "Remark"]) await add(owner, name, tables[name]!);
  const versioned: [string, readonly Row[]][] = [];
  for (const { name, table } of county.entities) {
    const { rows } = await owner.query<{ id: string; version: string }>(`select id, xm_from::text as version from app."${table}"`);
    const versions = new Map(rows.map(({ id, version }) => [id, version]));
    versioned.push([name, tables[name]!.map((row) => ({ ...row, version: versions.get(row.id) }))]);
  }
  return { ...platform, tables: Object.fromEntries(versioned) };
}
