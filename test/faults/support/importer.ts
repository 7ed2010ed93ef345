import { join } from "node:path";

import type { Client } from "pg";
import { expect } from "vitest";

import { codeInTheMiddle, writeBigTable } from "./big-table.ts";
import type { Running } from "./command.ts";
import type { House } from "./house.ts";

/** Sessions that import: beside a server's start and end, only they hold advisory locks as the application. */
const importing = `select pid from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and usename = 'xm_app' and datname = current_database()`;

/** Starts `xianmai import` of a big table that carries a mark, and resolves once it has begun to compare rows, if not ended. */
export async function beginImport(house: House, psql: Client, mark: string): Promise<Running> {
  const file = await tableOf(house, psql, mark);
  const running = house.start("import", "projects", file);
  await untilLocked(psql, running, "locktype = 'advisory'");
  return running;
}

/** An import that waits in the middle of its writing. */
interface HeldImport {
  readonly running: Running;
  /** Lets it go on. */
  readonly letGo: () => Promise<void>;
}

/** Starts an import that waits in the middle of writing its projects: somebody else is about to add one of them, and has not said yet whether they do. */
export async function holdImport(house: House, psql: Client, mark: string): Promise<HeldImport> {
  const file = await tableOf(house, psql, mark);
  await psql.query("begin");
  await psql.query(
    `insert into app.project (code, name, nature, field_id, township_id, responsible_unit_id)
      select $1, name, nature, field_id, township_id, responsible_unit_id from app.project limit 1`,
    [codeInTheMiddle(mark)],
  );
  const running = house.start("import", "projects", file);
  await untilLocked(psql, running, "locktype = 'transactionid' and not granted");
  if (!running.alive) throw new Error(`The import ended where it should wait:\n${running.said()}`);
  return {
    running,
    letGo: async () => {
      await psql.query("rollback");
    },
  };
}

/** Resolves once nobody imports any more: PostgreSQL hears of a killed client a moment later. */
export async function importsEnded(psql: Client): Promise<void> {
  await expect.poll(() => countLocks(psql, "locktype = 'advisory'"), { timeout: 20_000, interval: 10 }).toBe(0);
}

async function tableOf(house: House, psql: Client, mark: string): Promise<string> {
  const file = join(house.dataFolder, "..", `任务分解表 ${mark}.xlsx`);
  await writeBigTable(file, mark, psql);
  return file;
}

async function untilLocked(psql: Client, running: Running, condition: string): Promise<void> {
  const locked = async (): Promise<boolean> => (await countLocks(psql, condition)) > 0 || !running.alive;
  await expect.poll(locked, { timeout: 20_000, interval: 2 }).toBe(true);
}

async function countLocks(psql: Client, condition: string): Promise<number> {
  const { rows } = await psql.query<{ count: number }>(
    `select count(*)::int as count from pg_locks where pid in (${importing}) and ${condition}`,
  );
  return rows[0]!.count;
}
