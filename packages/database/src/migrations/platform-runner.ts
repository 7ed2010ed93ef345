import { Refusal } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

import { databaseWords } from "../refusals.ts";
import { sqlState } from "../session/statement.ts";
import { hashOf, type Applied } from "./pending.ts";
import { PLATFORM, PLATFORM_GRANTS, PLATFORM_MIGRATIONS, RECORD } from "./platform.ts";
import { inTransaction } from "./transaction.ts";

/**
 * Makes the platform's own tables, or brings them up to date.
 *
 * @throws Refusal DATABASE_AHEAD when a newer platform has been here, OWNER_MAY_NOT_CREATE when the login may not make schemas
 */
export async function bootstrap(client: ClientBase): Promise<void> {
  try {
    await inTransaction(client, async () => {
      const { rows } = await client.query<{ there: boolean }>("select to_regclass('xm.migration') is not null as there");
      if (rows[0]?.there !== true) for (const statement of RECORD) await client.query(statement);
      const applied = (await readApplied(client)).filter(({ plugin }) => plugin === PLATFORM);
      const unknown = applied.find(({ id }) => !PLATFORM_MIGRATIONS.some((migration) => migration.id === id));
      if (unknown !== undefined) throw platformAhead(unknown.id);
      for (const { id, sql } of PLATFORM_MIGRATIONS) {
        if (applied.some((one) => one.id === id)) continue;
        for (const statement of sql) await client.query(statement);
        await record(client, { plugin: PLATFORM, id, hash: hashOf(sql) });
      }
    });
  } catch (error) {
    if (sqlState(error) === "42501") throw mayNotCreate(error);
    throw error;
  }
}

/** What the database has run, of every plugin and of the platform itself. */
export async function readApplied(client: ClientBase): Promise<readonly Applied[]> {
  const { rows } = await client.query<Applied>("select plugin, id, hash from xm.migration");
  return rows;
}

/** Records a migration in the transaction that ran it. */
export async function record(client: ClientBase, { plugin, id, hash }: Applied): Promise<void> {
  await client.query("insert into xm.migration (plugin, id, hash) values ($1, $2, $3)", [plugin, id, hash]);
}

/** The county-wide role, and the application's own, which sees nothing until it takes that on. Other logins of the application inherit the latter. */
export const APPLICATION_ROLES: readonly string[] = ["xm_all", "xm_app"];

/**
 * Grants the platform's tables to the application.
 *
 * @throws Refusal ROLE_MISSING when a role is not there: whoever opens the database makes them
 */
export async function grantPlatform(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select rolname as name from pg_roles where rolname = any($1)", [
    APPLICATION_ROLES,
  ]);
  const missing = APPLICATION_ROLES.find((role) => !rows.some(({ name }) => name === role));
  if (missing !== undefined) throw roleMissing(missing);
  await inTransaction(client, async () => {
    for (const statement of PLATFORM_GRANTS) await client.query(statement);
  });
}

/** Moves the feed to a new generation, in the running transaction. */
export async function beginGeneration(client: ClientBase, reason: string): Promise<number> {
  const { rows } = await client.query<{ generation: number }>(
    "insert into xm.generation (reason) values ($1) returning generation::int as generation",
    [reason],
  );
  return rows[0]?.generation ?? 0;
}

/** The feed's generation. */
export async function currentGeneration(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ generation: number }>("select max(generation)::int as generation from xm.generation");
  return rows[0]?.generation ?? 0;
}

function platformAhead(id: string): Refusal {
  return new Refusal(
    "DATABASE_AHEAD",
    {
      zh: `数据库已执行平台迁移 ${id}，而所安装的县脉版本中没有它。`,
      en: `The database has run platform migration ${id}, which the installed Xianmai does not have.`,
    },
    { zh: "请安装较新的县脉版本。", en: "Install a newer version of Xianmai." },
  );
}

function mayNotCreate(error: unknown): Refusal {
  return new Refusal(
    "OWNER_MAY_NOT_CREATE",
    {
      zh: `DATABASE_URL 的登录角色无权在该数据库中建立所需对象：${databaseWords(error)}。`,
      en: `The login of DATABASE_URL may not make what is needed in this database: ${databaseWords(error)}.`,
    },
    {
      zh: "请让该角色成为数据库的所有者：alter database 数据库名 owner to 角色名。",
      en: "Make it the owner of the database: alter database <name> owner to <role>.",
    },
    { cause: error },
  );
}

function roleMissing(role: string): Refusal {
  return new Refusal(
    "ROLE_MISSING",
    { zh: `数据库服务器上没有角色 ${role}。`, en: `The database server has no role ${role}.` },
    { zh: `请执行：create role ${role} noinherit。`, en: `Run: create role ${role} noinherit.` },
  );
}
