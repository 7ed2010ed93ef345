import { parse } from "pg-connection-string";
import type { Client } from "pg";

import { Refusal, type Label } from "@xianmai/plugin-api";

import { describe, type ConnectionSettings } from "./settings.ts";
import { messageOf } from "./system-error.ts";

const oldest = 15;

/**
 * Reads a libpq URL the way psql does, with the parts that must not be guessed required.
 *
 * @param name the variable that it stands in
 * @throws Refusal DATABASE_URL_INVALID, never quoting the URL, which holds a password
 */
export function parseUrl(url: string, name: "DATABASE_URL" | "DATABASE_APP_URL"): ConnectionSettings {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw invalid(name, { zh: "它不以 postgresql:// 开头", en: "it does not begin with postgresql://" });
  const { host, port, user, password, database, ssl, ...rest } = parsed(url, name);
  const absent = Object.entries({ user, host, database }).flatMap(([part, value]) => ((value ?? "") === "" ? [part] : []));
  if (absent.length > 0) throw invalid(name, { zh: `它缺少 ${absent.join("、")}`, en: `it names no ${absent.join(", ")}` });
  const number = (port ?? "") === "" ? 5432 : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw invalid(name, { zh: "端口不是 1 到 65535 的数字", en: "its port is no number from 1 to 65535" });
  }
  return {
    host: host ?? "",
    port: number,
    user: user ?? "",
    database: database ?? "",
    ...((password ?? "") === "" ? {} : { password: password ?? "" }),
    ...tls(ssl, rest["sslmode"]),
  };
}

function parsed(url: string, name: string): ReturnType<typeof parse> {
  try {
    return parse(url, { useLibpqCompat: true });
  } catch (error) {
    throw invalid(name, { zh: messageOf(error), en: messageOf(error) });
  }
}

/** libpq's "prefer" and "allow" take a connection without encryption too, which is what `pg` makes when it is not told to encrypt. */
function tls(ssl: ReturnType<typeof parse>["ssl"], mode: unknown): Pick<ConnectionSettings, "ssl"> {
  if (ssl === undefined || typeof ssl === "string" || mode === "prefer" || mode === "allow") return {};
  if (typeof ssl === "boolean") return { ssl };
  const { ca, cert, key, ...rest } = ssl;
  return {
    ssl: {
      ...rest,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || cert === null ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
}

/**
 * Sees whether a database can carry the platform.
 *
 * @returns the server's version, such as `18.4`
 * @throws Refusal DATABASE_TOO_OLD, DATABASE_READ_ONLY, DATABASE_ENCODING, DATABASE_WITHOUT_ICU, DATABASE_RIGHTS_MISSING
 */
export async function checkServer(client: Client, settings: ConnectionSettings): Promise<string> {
  const { rows } = await client.query<{
    readonly version: string;
    readonly number: number;
    readonly readOnly: boolean;
    readonly encoding: string;
    readonly icu: boolean;
    readonly mayCreate: boolean;
  }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('server_version_num')::int as number,
            pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "readOnly",
            current_setting('server_encoding') as encoding,
            exists (select from pg_collation where collname = 'zh-x-icu') as icu,
            has_database_privilege(current_database(), 'CREATE') as "mayCreate"`,
  );
  const found = rows[0];
  if (found === undefined) throw new Error("PostgreSQL gave no answer about itself.");
  if (found.number < oldest * 10_000) throw refuse(settings, tooOld(found.version));
  if (found.readOnly) throw refuse(settings, readOnly);
  if (found.encoding !== "UTF8") throw refuse(settings, wrongEncoding(found.encoding, settings));
  if (!found.icu) throw refuse(settings, withoutIcu);
  if (!found.mayCreate) throw refuse(settings, rightsMissing(settings));
  return found.version;
}

interface Reason extends Label {
  readonly code: string;
  readonly remedy: Label;
}

function tooOld(version: string): Reason {
  return {
    code: "DATABASE_TOO_OLD",
    zh: `版本为 ${version}，低于 ${oldest}`,
    en: `its version is ${version}, below ${oldest}`,
    remedy: {
      zh: `请使用 PostgreSQL ${oldest} 或更新的版本，或去掉 DATABASE_URL 使用自带的数据库。`,
      en: `Use PostgreSQL ${oldest} or newer, or leave DATABASE_URL out to use the one that comes along.`,
    },
  };
}

const readOnly: Reason = {
  code: "DATABASE_READ_ONLY",
  zh: "它是只读的（备用节点，或默认只读）",
  en: "it is read-only (a standby, or read-only by default)",
  remedy: {
    zh: "请让 DATABASE_URL 指向主节点，并允许写入（default_transaction_read_only = off）。",
    en: "Let DATABASE_URL name the primary, with default_transaction_read_only off.",
  },
};

function wrongEncoding(encoding: string, { database, user }: ConnectionSettings): Reason {
  return {
    code: "DATABASE_ENCODING",
    zh: `其编码为 ${encoding}，不是 UTF8`,
    en: `its encoding is ${encoding}, not UTF8`,
    remedy: {
      zh: `请另建数据库：CREATE DATABASE "${database}_utf8" OWNER "${user}" ENCODING 'UTF8' TEMPLATE template0;`,
      en: `Create another one: CREATE DATABASE "${database}_utf8" OWNER "${user}" ENCODING 'UTF8' TEMPLATE template0;`,
    },
  };
}

const withoutIcu: Reason = {
  code: "DATABASE_WITHOUT_ICU",
  zh: "它没有中文排序规则 zh-x-icu",
  en: "it lacks the Chinese collation zh-x-icu",
  remedy: { zh: "请使用带 ICU 编译的 PostgreSQL。", en: "Use a PostgreSQL built with ICU." },
};

function rightsMissing({ database, user }: ConnectionSettings): Reason {
  return {
    code: "DATABASE_RIGHTS_MISSING",
    zh: `用户 ${user} 不能在其中建立模式`,
    en: `the login ${user} may not create schemas in it`,
    remedy: {
      zh: `请由管理员执行：ALTER DATABASE "${database}" OWNER TO "${user}";`,
      en: `Have an administrator run: ALTER DATABASE "${database}" OWNER TO "${user}";`,
    },
  };
}

function refuse(settings: ConnectionSettings, { code, zh, en, remedy }: Reason): Refusal {
  const at = describe(settings);
  return new Refusal(code, { zh: `不能使用 PostgreSQL（${at}）：${zh}。`, en: `PostgreSQL (${at}) cannot be used: ${en}.` }, remedy);
}

function invalid(name: string, why: Label): Refusal {
  return new Refusal(
    "DATABASE_URL_INVALID",
    { zh: `${name} 不是可用的 PostgreSQL 地址：${why.zh}。`, en: `${name} is not an address of a PostgreSQL database: ${why.en}.` },
    {
      zh: "应形如 postgresql://用户:密码@主机:5432/数据库，特殊字符用百分号编码。",
      en: "It reads postgresql://user:password@host:5432/database, with special characters percent-encoded.",
    },
  );
}
