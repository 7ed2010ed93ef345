import { Client } from "pg";

import { Refusal, type Label } from "@xianmai/plugin-api";

import { describe, type ConnectionSettings } from "./settings.ts";
import { codeOf, messageOf } from "./system-error.ts";

const connectWithin = 10_000;

/**
 * Runs work on a connection of its own.
 *
 * @throws Refusal DATABASE_LOGIN_REFUSED, DATABASE_MISSING, DATABASE_UNREACHABLE naming host, port and user, never the password
 */
export async function connected<Result>(settings: ConnectionSettings, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ ...settings, application_name: "xianmai", connectionTimeoutMillis: connectWithin });
  // a connection that breaks between two statements fails the next one
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw connectionRefusal(settings, error);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What to say of a connection that was not made. */
export function connectionRefusal(settings: ConnectionSettings, error: unknown): Refusal {
  const at = describe(settings);
  const why = messageOf(error);
  const { code, zh, en, remedy } = reasonOf(codeOf(error) ?? (asksForPassword(error) ? "28P01" : undefined), settings);
  return new Refusal(
    code,
    { zh: `无法连接 PostgreSQL（${at}）：${zh}（${why}）。`, en: `No connection to PostgreSQL (${at}): ${en} (${why}).` },
    remedy,
    { cause: error },
  );
}

/** The server wants a password where none was given: pg says so without a code. */
function asksForPassword(error: unknown): boolean {
  return messageOf(error).includes("client password must be a string");
}

interface Reason extends Label {
  readonly code: string;
  readonly remedy: Label;
}

function reasonOf(code: string | undefined, { user, database }: ConnectionSettings): Reason {
  switch (code) {
    case "28P01":
    case "28000":
      return {
        code: "DATABASE_LOGIN_REFUSED",
        zh: `用户 ${user} 被拒绝`,
        en: `the login ${user} was refused`,
        remedy: {
          zh: "请检查用户名、密码以及该服务器的 pg_hba.conf。",
          en: "See to the name, the password, and the server's pg_hba.conf.",
        },
      };
    case "3D000":
      return {
        code: "DATABASE_MISSING",
        zh: `数据库 ${database} 不存在`,
        en: `there is no database ${database}`,
        remedy: {
          zh: `请建立它：CREATE DATABASE "${database}" OWNER "${user}" ENCODING 'UTF8' TEMPLATE template0;`,
          en: `Create it: CREATE DATABASE "${database}" OWNER "${user}" ENCODING 'UTF8' TEMPLATE template0;`,
        },
      };
    case "53300":
      return {
        code: "DATABASE_UNREACHABLE",
        zh: "连接数已满",
        en: "it takes no more connections",
        remedy: {
          zh: "请关闭其他程序的连接，或提高 max_connections。",
          en: "Close other programs' connections, or raise max_connections.",
        },
      };
    default:
      return {
        code: "DATABASE_UNREACHABLE",
        zh: "服务器没有应答",
        en: "the server does not answer",
        remedy: {
          zh: "请检查主机、端口、网络、sslmode，以及 PostgreSQL 是否在运行。",
          en: "See to the host, the port, the network, sslmode, and whether PostgreSQL runs.",
        },
      };
  }
}
