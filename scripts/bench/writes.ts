/**
 * `npm run bench:writes` measures what capture, history and row-level security cost a writer: the table of projects beside the same table with
 * nothing on it, in turns within one run, on a private PostgreSQL that really writes to the disk.
 *
 * `--rounds 7` turns of each, `--seconds 1.5` per turn, `--rows 100000` for what is written at once.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { openPostgres } from "@xianmai/database/postgres";
import { compose, loadConfig } from "@xianmai/server";

import { bulkBench } from "./writes/bulk.ts";
import { singleBench } from "./writes/single.ts";
import { prepareTables } from "./writes/tables.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1.5" },
    rows: { type: "string", default: "100000" },
  },
});
const [rounds, seconds, rows] = [values.rounds, values.seconds, values.rows].map(Number) as [number, number, number];

const { plugins, timeZone } = await loadConfig(fileURLToPath(new URL("../../", import.meta.url)));
const { model } = await compose(plugins, { timeZone });
const folder = await mkdtemp(join(tmpdir(), "xianmai-bench-"));
try {
  const postgres = await openPostgres({ dataFolder: folder, log: () => undefined });
  try {
    const tables = await prepareTables(postgres, model);
    console.log(`PostgreSQL ${postgres.serverVersion}, fsync ${tables.fsync}; ${rounds} × ${seconds} s\n`);
    console.log("单行写入，每秒事务数之比。transaction：BEGIN、set_config、写、COMMIT，两边相同");
    console.log("Single rows: transactions per second, as a ratio. transaction: BEGIN, set_config, write, COMMIT on both sides\n");
    console.log(await singleBench(postgres, tables, { rounds, seconds }));
    console.log(`\n一次 ${rows} 行，用时之比 ${rows} rows at once: time, as a multiple of the plain table's\n`);
    console.log(await bulkBench(postgres, tables, { rounds: Math.ceil(rounds / 2), rows }));
  } finally {
    await postgres.release();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
