import { Refusal, type Label } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

import { inTransaction } from "../migrations/transaction.ts";
import { superuser } from "../postgres/cluster.ts";
import { connected } from "../postgres/connect.ts";
import { openDataFolder } from "../postgres/data-folder.ts";
import { openPostgres } from "../postgres/open.ts";
import { readSecrets } from "../postgres/secrets.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { checkFiles } from "./check-files.ts";
import { compareAt, settle } from "./figures.ts";
import { layCluster } from "./lay.ts";
import type { Manifest } from "./manifest.ts";
import { differs, unusable } from "./refusals.ts";
import { discardScratch, SCRATCH_SETTINGS } from "./scratch.ts";
import { loadTables } from "./tables-load.ts";

/** A backup that is to be tried. */
export interface Rehearsal {
  readonly backup: string;
  readonly manifest: Manifest;
  /** A folder that does not exist yet; it is removed again. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly log: (line: Label) => void;
}

/** Where these programs do not run there is no PostgreSQL of our own to try a backup on. */
const WITHOUT_POSTGRES = ["POSTGRES_MISSING", "POSTGRES_UNUSABLE"];

/**
 * Restores a backup to a folder of its own, starts PostgreSQL on it, compares every table with what the backup tells of it, and throws it away.
 * Indexes and rows of a copied cluster are checked page by page besides.
 *
 * @returns `read` where only the files could be read back
 * @throws Refusal BACKUP_DIFFERS, BACKUP_UNUSABLE; FILES_NOT_COPIED where the disk is full
 */
export async function rehearse(rehearsal: Rehearsal): Promise<"restored" | "read"> {
  const { backup, manifest, scratch, signal, log } = rehearsal;
  try {
    if (manifest.form === "cluster") await layCluster({ backup, manifest, folder: openDataFolder(scratch), signal, log: quiet });
    const postgres = await openPostgres({ dataFolder: scratch, log: quiet, serverSettings: SCRATCH_SETTINGS });
    try {
      signal.throwIfAborted();
      await (manifest.form === "cluster" ? examine(rehearsal, postgres.owner) : load(rehearsal, postgres.owner));
    } finally {
      await postgres.release();
    }
    return "restored";
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Refusal)) throw unusable(error);
    if (manifest.form === "tables" && WITHOUT_POSTGRES.includes(error.code)) {
      log({
        zh: `没有可用于试恢复的 PostgreSQL（${error.code}），仅重新读取并核对文件。`,
        en: `There is no PostgreSQL to restore it to for a check (${error.code}); the files are read back alone.`,
      });
      await checkFiles(backup, manifest, signal);
      return "read";
    }
    throw KEPT.includes(error.code) ? error : unusable(error);
  } finally {
    await discardScratch(scratch);
  }
}

/** What these say is of the disk, or says it better than we could. */
const KEPT = ["FILES_NOT_COPIED", "BACKUP_DIFFERS", "POSTGRES_NOT_CREATED", ...WITHOUT_POSTGRES];

async function examine({ manifest, scratch, signal }: Rehearsal, owner: ConnectionSettings): Promise<void> {
  const password = readSecrets(openDataFolder(scratch))?.superuser ?? "";
  await connected({ ...owner, user: superuser, password }, async (client) => {
    await settle(client);
    const wrong = await compareAt(client, manifest);
    if (wrong.length > 0) throw differs(wrong);
    signal.throwIfAborted();
    await checkPages(client);
  });
}

/** Reads every page of rows, which its checksum is compared on, and finds every row in its indexes. */
async function checkPages(client: ClientBase): Promise<void> {
  await client.query("create extension amcheck");
  const { rows } = await client.query<{ table: string; fault: string }>(
    `select c.oid::regclass::text as "table", v.msg as fault
     from pg_class c cross join lateral verify_heapam(c.oid, check_toast => true) v where c.relkind in ('r', 'm') limit 5`,
  );
  if (rows.length > 0) throw new Error(rows.map(({ table, fault }) => `${table}: ${fault}`).join("; "));
  await client.query(
    `select bt_index_check(c.oid, heapallindexed => true)
     from pg_index x join pg_class c on c.oid = x.indexrelid join pg_am a on a.oid = c.relam
     where a.amname = 'btree' and x.indisready and x.indisvalid and c.relpersistence = 'p'`,
  );
}

async function load({ backup, manifest, signal }: Rehearsal, owner: ConnectionSettings): Promise<void> {
  await connected(owner, async (client) =>
    inTransaction(client, async () => loadTables(client, { backup, manifest, where: owner.database, signal })),
  );
}

function quiet(): void {
  // what is made for a check is nobody's business
}
