import type { Client } from "pg";

import { Refusal } from "@xianmai/plugin-api";

import { connected } from "./connect.ts";
import { derived, scramVerifier } from "./scram.ts";
import type { ConnectionSettings } from "./settings.ts";
import { codeOf } from "./system-error.ts";

/** The role that sees the whole county; the application takes it on where the viewer may. */
const wholeCounty = "xm_all";
/** The application's role: it owns nothing, and sees no row by itself. */
const application = "xm_app";

interface Role {
  readonly name: string;
  readonly login: boolean;
  readonly powerful: boolean;
  readonly comment: string | null;
  /** Whether it has the rights of the application without taking on a role. */
  readonly isApplication: boolean;
  readonly mayTakeWholeCounty: boolean;
  /** Whether it has the rights of the whole county without taking on a role. */
  readonly isWholeCounty: boolean;
}

/**
 * Makes the roles where they are missing: roles belong to the server, so several databases and nodes share them, and may do this at once.
 *
 * @param owner a connection of the owner's
 * @param ownerSettings how it was made; the application's password is derived from the password in it
 * @param given the application's login where the operator chose one
 * @returns how the application connects; it was tried
 * @throws Refusal DATABASE_ROLES_MISSING with the SQL to run, DATABASE_APP_ROLE_UNSAFE, DATABASE_APP_ROLE_FOREIGN
 */
export async function ensureRoles(
  owner: Client,
  ownerSettings: ConnectionSettings,
  given: ConnectionSettings | undefined,
): Promise<ConnectionSettings> {
  const app = given ?? derivedSettings(ownerSettings);
  const made = `Xianmai: ${ownerSettings.user}`;
  for (const sql of await missing(owner, app, made, given === undefined))
    await make(owner, sql, () => rolesMissing(ownerSettings.user, app.user));

  const role = await roleOf(owner, app.user);
  if (role?.powerful === true || role?.isWholeCounty === true) throw unsafe(app.user);
  if (role?.isApplication !== true || !role.mayTakeWholeCounty) throw rolesMissing(ownerSettings.user, app.user);
  await tryLogin(owner, app, made, given === undefined);
  return app;
}

function derivedSettings(owner: ConnectionSettings): ConnectionSettings {
  const password = owner.password ?? process.env["PGPASSWORD"];
  if (password === undefined) {
    throw new Refusal(
      "DATABASE_APP_URL_MISSING",
      {
        zh: `DATABASE_URL 中用户 ${owner.user} 没有密码，无法由它推导应用账号的密码。`,
        en: `DATABASE_URL has no password for ${owner.user}, so none can be derived from it for the application's login.`,
      },
      {
        zh: `请在 DATABASE_APP_URL 中给出应用账号。${instructions(application)}`,
        en: `Name the application's login in DATABASE_APP_URL. ${instructions(application)}`,
      },
    );
  }
  return { ...owner, user: application, password: derived(password, application) };
}

/** The statements that bring the roles about, in order. */
async function missing(owner: Client, app: ConnectionSettings, made: string, ours: boolean): Promise<readonly string[]> {
  const sql: string[] = [];
  const all = await roleOf(owner, wholeCounty);
  const group = await roleOf(owner, application);
  if (all === undefined) sql.push(`create role ${wholeCounty} nologin`);
  if (group === undefined) {
    const login = ours ? `login password '${scramVerifier(app.password ?? "")}'` : "nologin";
    sql.push(`create role ${application} noinherit ${login}`, `comment on role ${application} is ${owner.escapeLiteral(made)}`);
  }
  if (group?.mayTakeWholeCounty !== true) sql.push(`grant ${wholeCounty} to ${application}`);
  if (app.user !== application && (await roleOf(owner, app.user))?.isApplication === false) {
    sql.push(`grant ${application} to ${owner.escapeIdentifier(app.user)}`);
  }
  return sql;
}

async function roleOf(owner: Client, name: string): Promise<Role | undefined> {
  const { rows } = await owner.query<Role>(
    `select rolname as name, rolcanlogin as login, rolsuper or rolbypassrls as powerful, shobj_description(r.oid, 'pg_authid') as comment,
            coalesce((select pg_has_role(r.oid, a.oid, 'USAGE') from pg_roles a where a.rolname = $2), false) as "isApplication",
            coalesce((select pg_has_role(r.oid, a.oid, 'MEMBER') from pg_roles a where a.rolname = $3), false) as "mayTakeWholeCounty",
            r.rolname <> $3 and coalesce((select pg_has_role(r.oid, a.oid, 'USAGE') from pg_roles a where a.rolname = $3), false) as "isWholeCounty"
     from pg_roles r where rolname = $1`,
    [name, application, wholeCounty],
  );
  return rows[0];
}

/** Two nodes may make one role at once: the second finds it made. */
const alreadyThere = new Set(["42710", "23505"]);
const rightMissing = "42501";

async function make(owner: Client, sql: string, denied: () => Refusal): Promise<void> {
  for (;;) {
    try {
      await owner.query(sql);
      return;
    } catch (error) {
      const code = codeOf(error);
      if (code !== undefined && alreadyThere.has(code)) return;
      if (code === rightMissing) throw denied();
      // the other node has just changed the same row of the catalogue: ours comes after it
      if (!(error instanceof Error && error.message.includes("concurrently updated"))) throw error;
    }
  }
}

/** A login that we made follows the owner's password; one that someone else made is left alone. */
async function tryLogin(owner: Client, app: ConnectionSettings, made: string, ours: boolean): Promise<void> {
  try {
    await connected(app, () => Promise.resolve());
  } catch (error) {
    const refused = error instanceof Refusal && error.code === "DATABASE_LOGIN_REFUSED";
    if (!refused || !ours) throw error;
    const role = await roleOf(owner, application);
    if (role?.comment !== made) throw foreign(app, error);
    await make(owner, `alter role ${application} login password '${scramVerifier(app.password ?? "")}'`, () => foreign(app, error));
    await connected(app, () => Promise.resolve());
  }
}

function instructions(user: string): string {
  return [
    `CREATE ROLE ${wholeCounty} NOLOGIN;`,
    `CREATE ROLE ${application} NOINHERIT LOGIN PASSWORD '…';`,
    `GRANT ${wholeCounty} TO ${application};`,
    ...(user === application ? [] : [`CREATE ROLE "${user}" INHERIT LOGIN PASSWORD '…';`, `GRANT ${application} TO "${user}";`]),
  ].join(" ");
}

function rolesMissing(ownerName: string, user: string): Refusal {
  return new Refusal(
    "DATABASE_ROLES_MISSING",
    {
      zh: `用户 ${ownerName} 不能建立角色 ${wholeCounty} 和 ${application}，或不能把它们授予 ${user}。`,
      en: `The login ${ownerName} may not create the roles ${wholeCounty} and ${application}, or may not grant them to ${user}.`,
    },
    {
      zh: `请由数据库管理员执行尚缺的语句，并设置 DATABASE_APP_URL：${instructions(user)}`,
      en: `Have an administrator run what is missing of this, then set DATABASE_APP_URL: ${instructions(user)}`,
    },
  );
}

function unsafe(user: string): Refusal {
  return new Refusal(
    "DATABASE_APP_ROLE_UNSAFE",
    {
      zh: `应用账号 ${user} 不受行级权限约束：它是超级用户、带有 BYPASSRLS，或直接继承 ${wholeCounty}。`,
      en: `Row-level security does not bind the application's login ${user}: it is a superuser, has BYPASSRLS, or inherits ${wholeCounty}.`,
    },
    { zh: `请使用如下建立的账号：${instructions(application)}`, en: `Use a login made like this: ${instructions(application)}` },
  );
}

function foreign({ user, host, port }: ConnectionSettings, cause: unknown): Refusal {
  return new Refusal(
    "DATABASE_APP_ROLE_FOREIGN",
    {
      zh: `服务器 ${host}:${port} 上已有由他人建立的角色 ${user}，其密码与由 DATABASE_URL 推导的不同。`,
      en: `The server ${host}:${port} has a role ${user} that another owner made, and its password is not the one derived from DATABASE_URL.`,
    },
    {
      zh: `请在 DATABASE_APP_URL 中给出它的密码，或另一个账号：CREATE ROLE "…" INHERIT LOGIN PASSWORD '…'; GRANT ${application} TO "…";`,
      en: `Give its password in DATABASE_APP_URL, or another login: CREATE ROLE "…" INHERIT LOGIN PASSWORD '…'; GRANT ${application} TO "…";`,
    },
    { cause },
  );
}
