import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { createWritePool, recordMoment } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import { fixedClock, Refusal, type Demo, type DemoSheet, type Label, type Plugin } from "@xianmai/plugin-api";
import { describeProblem, importSheet, type ImportOrder, type ImportOutcome } from "@xianmai/sheets";

import type { Composition } from "../composition/compose.ts";

type Client = ImportOrder["client"];

/** What loading invented data needs. */
export interface DemoOptions {
  readonly composition: Composition;
  /** Migrated already. */
  readonly postgres: Pick<Postgres, "app">;
  /** Told what takes time. */
  readonly log: (line: Label) => void;
}

/** What came of it: loaded; left alone, since a plugin has a row; or no plugin brings any. */
export type DemoOutcome = "loaded" | "not-empty" | "none";

/**
 * Loads the plugins' invented data through the importer, in one transaction, and only into a database in which no plugin has a row:
 * what dictionaries and the work calendar were seeded with does not count. Two servers that start at once load it once.
 *
 * @throws Refusal DEMO_INVALID when a file does not fit; nothing is loaded then
 */
export async function loadDemo({ composition, postgres, log }: DemoOptions): Promise<DemoOutcome> {
  const demos = composition.plugins.flatMap((plugin) => (plugin.demo === undefined ? [] : [{ plugin, demo: plugin.demo }]));
  if (demos.length === 0) return "none";
  const pool = createWritePool(postgres.app, { size: 1 });
  try {
    const outcome = await pool.use(async (connection) =>
      connection.transaction<DemoOutcome>({ role: "xm_all", origin: "demo" }, async (client) => {
        await client.query("select pg_advisory_xact_lock(hashtext('xianmai demo'))");
        if (!(await isEmpty(client, composition))) return "not-empty";
        for (const { plugin, demo } of demos) await load(client, { composition, plugin, demo, log });
        return "loaded";
      }),
    );
    // from here on the past can be asked for by the demo's time
    if (outcome === "loaded") await recordMoment(pool, { pressing: true });
    return outcome;
  } finally {
    await pool.close();
  }
}

async function isEmpty(client: Client, { model }: Composition): Promise<boolean> {
  const seeded = [model.dictionaries?.dictionary, model.dictionaries?.entry, model.calendar?.day];
  const tables = model.entities.filter((entity) => !seeded.includes(entity)).map(({ table }) => client.escapeIdentifier(table));
  if (tables.length === 0) return true;
  const { rows } = await client.query<{ found: boolean }>(
    `select ${tables.map((table) => `exists (select from ${table})`).join(" or ")} as found`,
  );
  return rows[0]?.found === false;
}

interface Loading extends Omit<DemoOptions, "postgres"> {
  readonly plugin: Plugin;
  readonly demo: Demo;
}

async function load(client: Client, { composition, plugin, demo, log }: Loading): Promise<void> {
  const clock = fixedClock(demo.clock, composition.timeZone, true);
  for (const { sheet: name, file } of demo.sheets) {
    const sheet = composition.plugins.flatMap((one) => one.sheets).find((one) => one.name === name);
    if (sheet === undefined) throw new Error(`Composition let sheet ${name} of a demo pass.`);
    const started = performance.now();
    const content = { name: basename(fileURLToPath(file)), bytes: await readFile(file) };
    const outcome = await importSheet({ model: composition.model, sheet, file: content, client, clock, dryRun: false });
    if (!outcome.applied) throw invalid(plugin, { sheet: name, file }, outcome);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log({
      zh: `已导入 ${sheet.label.zh} ${outcome.added} 行（${seconds} 秒）`,
      en: `Imported ${outcome.added} rows of ${sheet.label.en} (${seconds} s)`,
    });
  }
  const { label } = demo;
  await client.query("insert into xm.dataset (name, label_zh, label_en, clock) values ($1, $2, $3, $4)", [
    plugin.name,
    label.zh,
    label.en,
    demo.clock,
  ]);
}

function invalid(plugin: Plugin, { sheet, file }: DemoSheet, outcome: ImportOutcome): Refusal {
  const shown = outcome.problems.slice(0, 10);
  return new Refusal(
    "DEMO_INVALID",
    {
      zh: `插件 ${plugin.name} 的演示文件 ${basename(fileURLToPath(file))} 不符合表格 ${sheet}，共 ${outcome.problemCount} 处：\n${shown.map((problem) => describeProblem(problem, "zh")).join("\n")}\n`,
      en: `Demo file ${basename(fileURLToPath(file))} of plugin ${plugin.name} does not fit sheet ${sheet}, ${outcome.problemCount} problems:\n${shown.map((problem) => describeProblem(problem, "en")).join("\n")}\n`,
    },
    { zh: "请改正文件，或去掉插件的 demo。", en: "Correct the file, or take the plugin's demo out." },
  );
}
