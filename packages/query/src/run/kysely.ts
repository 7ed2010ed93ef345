import { Refusal } from "@xianmai/plugin-api";
import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from "kysely";
import type { ClientBase } from "pg";

import type { GrowingReadSet } from "../reads/read-set.ts";
import type { Access } from "./access.ts";
import { ReadOnlyPlugin } from "./read-only-plugin.ts";
import { ROW_TYPES } from "./row-types.ts";

/** A kysely that reads through a request's access: its snapshot, its scope, and nothing else. @param reads is told what its queries read */
export function readingKysely(access: Access, reads: GrowingReadSet): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: dialectOf(new ReadingDriver(access)), plugins: [new ReadOnlyPlugin(reads)] });
}

/** A kysely over a connection that somebody else holds, in whatever transaction it is. */
export function kyselyOver(client: ClientBase): Kysely<unknown> {
  const access = { query: async <Result>(work: (held: ClientBase) => Promise<Result>): Promise<Result> => work(client) };
  return new Kysely<unknown>({ dialect: dialectOf(new ReadingDriver(access)) });
}

/** kysely's PostgreSQL dialect over a driver of ours. */
export function dialectOf(driver: Driver): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** A connection of kysely's over a client that somebody else holds. */
export function connectionOver(use: <Result>(work: (client: ClientBase) => Promise<Result>) => Promise<Result>): DatabaseConnection {
  return {
    executeQuery: async <R>({ sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] }) => {
      const { command, rowCount, rows } = await use(async (client) =>
        client.query<Record<string, unknown>>({ text: sql, values: [...parameters], types: ROW_TYPES }),
      );
      const changed = command === "SELECT" ? {} : { numAffectedRows: BigInt(rowCount ?? 0) };
      return { ...changed, rows: rows as R[] } satisfies QueryResult<R>;
    },
    streamQuery: () => {
      throw new Refusal(
        "DB_READS_ONLY",
        { zh: "这里的数据库不支持逐批读取（stream）。", en: "Rows cannot be streamed here." },
        { zh: "请用 execute。", en: "Use execute." },
      );
    },
  };
}

class ReadingDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(access: Pick<Access, "query">) {
    this.#connection = connectionOver(async (work) => access.query(work));
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  beginTransaction(): Promise<void> {
    return Promise.reject(
      new Refusal(
        "DB_READS_ONLY",
        { zh: "db 处在请求自己的快照中，不能另开事务。", en: "db is inside the snapshot of its request and begins no transaction." },
        { zh: "请直接查询；写入请在 mutation 中用 em。", en: "Query it as it is; write with em, in a mutation." },
      ),
    );
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}
