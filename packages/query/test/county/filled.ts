import { Dice, smallCounty, type Row, type Tables } from "../oracle/rows.ts";
import { openCounty, type CountyOptions, type CountyPlatform } from "./platform.ts";
import { add } from "./rows.ts";

/** A county with some rows of everything, and the same rows in memory. */
export async function openFilledCounty(seed: number, options: CountyOptions = {}): Promise<CountyPlatform & { readonly tables: Tables }> {
  const platform = await openCounty(options);
  const { owner } = platform;
  const dictionaries = await owner.query<Row>("select id, code, zh, en from app.dictionary");
  const entries = await owner.query<Row>(`select id, dictionary_id as "dictionaryId", code, zh, en, position from app.dictionary_entry`);
  const fields = dictionaries.rows.find(({ code }) => code === "project-field")!;
  const tables: Tables = {
    Dictionary: dictionaries.rows,
    DictionaryEntry: entries.rows,
    ...smallCounty(
      new Dice(seed),
      entries.rows.filter(({ dictionaryId }) => dictionaryId === fields.id).map(({ id }) => id),
    ),
  };
  for (const name of ["Unit", "Official", "Project", "Report", "Blocker"]) await add(owner, name, tables[name]!);
  return { ...platform, tables };
}
