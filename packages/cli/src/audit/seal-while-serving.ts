import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { startSealer, type Sealer } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import { Refusal } from "@xianmai/plugin-api";
import type { Settings } from "@xianmai/server";

import { progressLine, refusalText, type Terminal } from "../terminal.ts";
import { auditFilesOf } from "./files.ts";

/** Milliseconds between two looks at what was committed. */
const BETWEEN_SEALS = 2000;

/**
 * Seals the audit for as long as a server runs. Where it cannot be sealed, the key having been lost for instance, that is said and the server
 * serves all the same: screens must not go blank over it, and `xianmai audit verify` tells how much is unsealed, and since when.
 */
export async function sealWhileServing(terminal: Terminal, settings: Settings, { owner }: Postgres): Promise<Sealer | undefined> {
  const files = auditFilesOf(settings);
  try {
    // with a database of yours nothing else may lie in the data folder yet
    mkdirSync(dirname(files.key), { recursive: true });
    return await startSealer({ owner, files, every: BETWEEN_SEALS, log: (line) => terminal.note(progressLine(line)) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    terminal.note(refusalText(error));
    return undefined;
  }
}
