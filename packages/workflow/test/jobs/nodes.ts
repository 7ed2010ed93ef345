import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { migrate } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";
import { buildModel } from "@xianmai/plugin-api/model";
import { withMigrations } from "@xianmai/testing";
import { Client } from "pg";
import { onTestFinished } from "vitest";

import type { NodeOptions } from "./node.ts";
import { talliesWith } from "./tallies.ts";

/** A database with the tables of the test plugin, which no server works, and a session of its owner. Gone when the test is over. */
export async function ownDatabase(): Promise<{ readonly database: TestDatabase; readonly owner: Client }> {
  const model = buildModel(withMigrations([talliesWith()]));
  const database = await createTestDatabase({
    name: "workflow jobs",
    prepare: async ({ owner }) => {
      await migrate({ owner, model, log: () => undefined });
    },
  });
  const owner = new Client(database.owner);
  owner.on("error", () => undefined);
  await owner.connect();
  onTestFinished(async () => {
    await owner.end();
    await database.drop();
  });
  return { database, owner };
}

/** Starts a process that does jobs. It is killed when the test is over. */
export async function startNode(options: NodeOptions): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("node.ts", import.meta.url));
  const node = spawn(process.execPath, ["--conditions=source", script, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void node.kill("SIGKILL"));
  await once(node.stdout, "data");
  return node;
}

/** Resolves when a condition of SQL holds. @throws Error where that takes longer than some seconds */
export async function until(owner: Client, condition: string, seconds = 20): Promise<void> {
  const late = performance.now() + seconds * 1000;
  for (;;) {
    const { rows } = await owner.query<{ holds: boolean }>(`select (${condition}) as holds`);
    if (rows[0]?.holds === true) return;
    if (performance.now() > late) throw new Error(`After ${seconds} seconds it still does not hold that ${condition}.`);
    await pause(20);
  }
}
