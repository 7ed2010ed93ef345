import { migrate, type MigrationReport } from "@xianmai/database";

import { exitCode } from "../exit-code.ts";
import { composeFrom, readSettings, withDatabase, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

/** `xianmai migrate`: brings the database to what the plugins declare, and says what that took. */
export async function migrateNow(terminal: Terminal, flags: Flags): Promise<number> {
  const settings = await readSettings(flags);
  const { model } = await composeFrom(settings);
  await withDatabase(terminal, settings, async ({ postgres, log }) => {
    terminal.out(reportText(await migrate({ owner: postgres.owner, model, log })));
  });
  return exitCode.done;
}

function reportText({ applied, renewed, seeded }: MigrationReport): string {
  const lines = [
    ...applied.map(({ plugin, id }) => `已应用 Applied: ${plugin}/${id}`),
    ...(renewed.length === 0 ? [] : [`已更新触发器、策略与授权 Triggers, policies and grants renewed: ${renewed.join(", ")}`]),
    ...seeded.map((code) => `已建立字典 Dictionary seeded: ${code}`),
  ];
  return `${(lines.length === 0 ? ["数据库已是最新。The database is up to date."] : lines).join("\n")}\n`;
}
