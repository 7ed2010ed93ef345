import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";

import { openDataFolder } from "../postgres/data-folder.ts";
import { placeOf } from "../postgres/place.ts";
import { stopPostmaster } from "../postgres/postmaster.ts";
import type { ServerSettings } from "../postgres/launch.ts";

/** A copy that is thrown away need not survive a power cut, nor serve many. */
export const SCRATCH_SETTINGS: ServerSettings = { fsync: "off", autovacuum: "off", max_connections: "20", shared_buffers: "64MB" };

const STOP_WITHIN = 30_000;

/** Removes a data folder that was made for a check, with the PostgreSQL that may still run on it, wherever its cluster lies. */
export async function discardScratch(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const { home, cluster } = await placeOf(openDataFolder(path), () => undefined);
  await stopPostmaster(cluster, STOP_WITHIN);
  for (const folder of [home, path]) await rm(folder, { recursive: true, force: true });
}
