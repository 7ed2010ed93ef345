import { Refusal, type Label, type Migration, type Plugin } from "@xianmai/plugin-api";
import type { Model } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

import { follow, type Tables } from "../capture/follow.ts";
import type { NumberedTable } from "../capture/table.ts";
import { settleCapture } from "../capture/fingerprint.ts";
import { installQueue } from "../jobs/install.ts";
import { readCaptured, readTables } from "../catalog.ts";
import { dropPast, renewPast } from "../history/views.ts";
import { connected } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";
import { migrationFailed } from "../refusals.ts";
import { closeTable } from "../scope/close.ts";
import { installScopes, scopeWork } from "../scope/install.ts";
import { scopesOf } from "../scope/scopes.ts";
import { sqlState } from "../session/statement.ts";
import { drifted, driftOf, undeclared, untrue } from "./drift.ts";
import { checkDeclarations, hashOf, pendingOf, type Applied } from "./pending.ts";
import { beginGeneration, bootstrap, currentGeneration, grantPlatform, readApplied, record } from "./platform-runner.ts";
import { renewCapture } from "./renew.ts";
import { seedCalendar } from "./seed-calendar.ts";
import { seedDictionaries } from "./seed.ts";
import { inTransaction } from "./transaction.ts";
import { own } from "./shape.ts";

/** What a start needs of the database. */
export interface MigrateOptions {
  /** The login that owns everything; the application's own cannot change tables. */
  readonly owner: ConnectionSettings;
  readonly model: Model;
  /** Hears what is being done, one line each. */
  readonly log: (line: Label) => void;
}

/** What was done. All empty where the database was up to date. */
export interface MigrationReport {
  readonly applied: readonly { readonly plugin: string; readonly id: string }[];
  /** Tables whose capture, policies or grants were not as they should be. */
  readonly renewed: readonly string[];
  /** Codes of the dictionaries that were met for the first time; of the others, as `dictionary/code`, the entries that were declared since. */
  readonly seeded: readonly string[];
  /** The feed's generation after it. */
  readonly generation: number;
}

/** The advisory lock under which tables change: one server migrates at a time. The number is the division code of the first county. */
export const MIGRATION_LOCK = 130_726;

/** PostgreSQL shows expressions by the search path, and the migrations name every schema themselves. */
const SESSION = "set search_path = pg_catalog; set client_min_messages = warning; set timezone = 'UTC'";

/**
 * Brings a database to what the enabled plugins declare: pending migrations in the order of dependency, each in one transaction with its record;
 * then whatever capture, policies and grants are not as they should be; then dictionaries and entries that are met for the first time, and the years
 * of the work calendar.
 * Tables of plugins that are not enabled are left alone.
 *
 * Safe to run by several servers at once: the others wait, and find nothing left to do.
 *
 * @throws Refusal before anything is changed: DECLARATIONS_AHEAD, SCOPE_MISSING, DATABASE_AHEAD, MIGRATION_EDITED, MIGRATION_OUT_OF_ORDER, DATABASE_DRIFTED;
 *   with everything as it was before the step at fault: MIGRATION_FAILED, MIGRATION_UNTRUE, TABLE_UNDECLARED, CAPTURE_NOT_RENEWED
 */
export async function migrate({ owner, model, log }: MigrateOptions): Promise<MigrationReport> {
  for (const plugin of model.plugins) checkDeclarations(model, plugin);
  // asked for its refusals: a table whose rows are nobody's is not made
  scopesOf(model);
  return connected(owner, async (client) => {
    await client.query(SESSION);
    await lock(client, log);
    return migrateLocked(client, { owner, model, log });
  });
}

async function lock(client: ClientBase, log: MigrateOptions["log"]): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [MIGRATION_LOCK]);
  if (rows[0]?.taken !== true) {
    log({ zh: "另一台服务器正在迁移，或正在备份，等待它完成", en: "Another server migrates, or a backup is being made; waiting for it" });
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
  }
  // what holds a table for longer than this is named, not waited for
  await client.query("set lock_timeout = '60s'");
}

async function migrateLocked(client: ClientBase, { owner, model, log }: MigrateOptions): Promise<MigrationReport> {
  await bootstrap(client);
  await installQueue(client, owner);
  await grantPlatform(client);
  const applied = await readApplied(client);
  const plans = model.plugins.map((plugin) => ({ plugin, ...pendingOf(plugin, applied) }));
  const actual = await readTables(client);
  for (const { plugin, done } of plans) {
    const drifts = driftOf(done.at(-1)?.tables ?? {}, actual);
    if (drifts.length > 0) throw drifted(plugin.name, drifts);
  }
  const ran: { plugin: string; id: string }[] = [];
  for (const { plugin, pending } of plans) {
    for (const migration of pending) {
      log({ zh: `迁移 ${plugin.name} ${migration.id}`, en: `Migrating ${plugin.name} ${migration.id}` });
      await runMigration(client, model, plugin, migration);
      ran.push({ plugin: plugin.name, id: migration.id });
    }
  }
  const renewed = await renewCapture(client, model);
  if (renewed.length > 0) {
    log({
      zh: `重新安装变更捕获与行级权限：${renewed.join("、")}`,
      en: `Renewed the capture and the row-level security of ${renewed.join(", ")}`,
    });
  }
  const { past, changed } = await inTransaction(client, async () => ({
    past: await renewPast(client, capturedOnly(await readCaptured(client))),
    changed: await settleCapture(client, ran.length > 0 || renewed.length > 0),
  }));
  if (past.length > 0) log({ zh: `重新建立历史视图：${past.join("、")}`, en: `Made the views of the past anew: ${past.join(", ")}` });
  if (changed.length > 0) {
    log({ zh: `有表在变更捕获之外被改动过：${changed.join("、")}`, en: `Tables were changed past the capture: ${changed.join(", ")}` });
  }
  const seeded = await inTransaction(client, async () => {
    await client.query("select set_config('xm.origin', 'dictionary', true)");
    return seedDictionaries(client, model);
  });
  if (seeded.entries.length > 0) {
    log({
      zh: `字典增加了插件新声明的条目：${seeded.entries.join("、")}`,
      en: `Entries that plugins declare anew were added to dictionaries: ${seeded.entries.join(", ")}`,
    });
  }
  const years = await inTransaction(client, async () => {
    await client.query("select set_config('xm.origin', 'work calendar', true)");
    return seedCalendar(client, model);
  });
  if (years.length > 0) {
    log({
      zh: `工作日历写入了 ${years.join("、")} 年的放假和调休安排`,
      en: `The work calendar begins with what is published for ${years.join(", ")}`,
    });
  }
  return { applied: ran, renewed, seeded: [...seeded.dictionaries, ...seeded.entries], generation: await currentGeneration(client) };
}

async function runMigration(client: ClientBase, model: Model, plugin: Plugin, migration: Migration): Promise<void> {
  let statement = "begin";
  try {
    await inTransaction(client, async () => {
      const generation = await beginGeneration(client, `${plugin.name} ${migration.id}`);
      await client.query("select set_config('xm.origin', $1, true)", [`migration ${plugin.name} ${migration.id}`]);
      let tables: Tables = await readCaptured(client);
      // views stand in the way of changes to the columns that they show
      await dropPast(client);
      // policies and triggers stand in the way of changes to the columns that they read; what follows opens the tables again
      for (const { name } of tables.values()) if (migration.sql.some((sql) => sql.includes(name))) await closeTable(client, name);
      for (const sql of migration.sql) {
        statement = sql;
        // rows that a migration changes are captured like any others, by triggers that know the columns of that moment
        if (!changesOnlyTables(sql)) tables = await follow(client, tables, generation);
        await client.query(sql);
      }
      const before = new Set([...tables.values()].map(({ name }) => name));
      tables = await follow(client, tables, generation);
      await verify(client, plugin, migration, before);
      await installScopes(client, model, await scopeWork(client, model), generation);
      await renewPast(client, capturedOnly(await readCaptured(client)));
      const applied: Applied = { plugin: plugin.name, id: migration.id, hash: hashOf(migration.sql) };
      await record(client, applied);
    });
  } catch (error) {
    if (error instanceof Refusal || (sqlState(error) === undefined && statement === "begin")) throw error;
    throw migrationFailed(plugin.name, migration.id, statement, error);
  }
}

/** A table without a number was not made by a migration, and is nobody's. */
function capturedOnly(tables: Tables): readonly NumberedTable[] {
  return [...tables.values()].filter(({ number }) => number > 0);
}

function changesOnlyTables(sql: string): boolean {
  return /^\s*(create|alter|drop|comment)\b/i.test(sql.replace(/^(\s*(--[^\n]*\n|\/\*.*?\*\/))+/s, ""));
}

async function verify(client: ClientBase, plugin: Plugin, { id, tables }: Migration, before: ReadonlySet<string>): Promise<void> {
  const actual = await readTables(client);
  const drifts = driftOf(tables, actual);
  if (drifts.length > 0) throw untrue(plugin.name, id, drifts);
  // what no declaration is of has no scope, and nobody would know whose its rows are
  const stranger = [...actual.keys()].find((name) => !before.has(name) && own(tables, name) === undefined);
  if (stranger !== undefined) throw undeclared(plugin.name, id, stranger);
}
