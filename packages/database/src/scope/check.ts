import { Refusal } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

import { connected } from "../postgres/connect.ts";
import type { ConnectionSettings } from "../postgres/settings.ts";

interface Found {
  readonly login: string;
  /** Roles that it is or may take on, which row-level security does not bind. */
  readonly powerful: readonly string[];
  /** What belongs to it, or to a role that it may take on. */
  readonly owned: readonly string[];
  /** The roles whose that is. */
  readonly owners: readonly string[];
  /** Whose the database is. */
  readonly owner: string;
  /** Schemas in which it may create, and the database itself. */
  readonly creates: readonly string[];
  /** Tables whose rows it sees whatever the policies say. */
  readonly open: readonly string[];
}

const FOUND = `
  with roles as (
    select r.oid, r.rolname, r.rolsuper or r.rolbypassrls as powerful from pg_roles r where pg_has_role(session_user, r.oid, 'MEMBER')
  ), here as (
    select oid, datname, datdba from pg_database where datname = current_database()
  ), owned as (
    select roles.rolname, d.classid, d.objid from pg_shdepend d join roles on roles.oid = d.refobjid
    where d.refclassid = 'pg_authid'::regclass and d.deptype = 'o' and d.dbid in (0, (select oid from here))
  )
  select session_user::text as login,
    array(select rolname::text from roles where powerful order by 1) as powerful,
    array(select pg_describe_object(classid, objid, 0) from owned order by 1 limit 5) as owned,
    array(select distinct rolname::text from owned order by 1) as owners,
    (select pg_get_userbyid(datdba)::text from here) as owner,
    array(
      select format('SCHEMA %I', nspname) from pg_namespace
      where nspname !~ '^pg_(toast_)?temp_' and exists (select from roles where has_schema_privilege(roles.oid, pg_namespace.oid, 'CREATE'))
      union all
      select format('DATABASE %I', datname) from here where exists (select from roles where has_database_privilege(roles.oid, here.oid, 'CREATE'))
    ) as creates,
    array(
      select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('app', 'xmh') and c.relkind in ('r', 'p') and not row_security_active(c.oid) order by 1
    ) as open`;

/**
 * Checks that row-level security binds the application: a server whose login it does not bind would show everything to everyone.
 *
 * @param app the application's login, on a migrated database
 * @throws Refusal DATABASE_APP_ROLE_UNSAFE naming what is wrong and the SQL that mends it, ROW_SECURITY_OFF naming the tables
 */
export async function checkRowSecurity(app: ConnectionSettings): Promise<void> {
  const found = await connected(app, async (client: ClientBase) => {
    const { rows } = await client.query<Found>(FOUND);
    return rows[0];
  });
  if (found === undefined) throw new Error("PostgreSQL gave no answer about its roles.");
  const { login, powerful, owned, owners, owner, creates, open } = found;
  const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
  if (powerful.length > 0) {
    const names = powerful.join(", ");
    const sql = powerful.map((role) => `ALTER ROLE "${role}" NOSUPERUSER NOBYPASSRLS;`).join(" ");
    throw unsafe(login, `${names} 是超级用户或带有 BYPASSRLS`, `${names} is a superuser or has BYPASSRLS`, sql);
  }
  if (owned.length > 0) {
    const sql = `REASSIGN OWNED BY ${quoted(owners)} TO "${owner}";`;
    throw unsafe(login, `它拥有 ${owned.join("、")}`, `it owns ${owned.join(", ")}`, sql);
  }
  if (creates.length > 0) {
    const sql = creates.map((place) => `REVOKE CREATE ON ${place} FROM PUBLIC, "${login}";`).join(" ");
    throw unsafe(login, `它可以在 ${creates.join("、")} 中新建对象`, `it may create in ${creates.join(", ")}`, sql);
  }
  if (open.length > 0) throw securityOff(open);
}

function unsafe(login: string, zh: string, en: string, sql: string): Refusal {
  return new Refusal(
    "DATABASE_APP_ROLE_UNSAFE",
    { zh: `行级权限约束不了应用账号 ${login}：${zh}。`, en: `Row-level security does not bind the application's login ${login}: ${en}.` },
    { zh: `请由数据库管理员执行：${sql}`, en: `Have an administrator run: ${sql}` },
  );
}

function securityOff(tables: readonly string[]): Refusal {
  const sql = tables.map((table) => `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`).join(" ");
  return new Refusal(
    "ROW_SECURITY_OFF",
    {
      zh: `表 ${tables.join("、")} 没有启用行级权限，任何人都能看到其中的全部记录。`,
      en: `Row-level security is off on ${tables.join(", ")}: anyone would see all of their rows.`,
    },
    {
      zh: `若这些表由迁移建立，请运行 npx xianmai migrate；否则由所有者执行：${sql}`,
      en: `If migrations made them, run npx xianmai migrate; otherwise have the owner run: ${sql}`,
    },
  );
}
