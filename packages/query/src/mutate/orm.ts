import { AsyncLocalStorage } from "node:async_hooks";

import { MikroORM } from "@mikro-orm/postgresql";
import type { EntityManager } from "@mikro-orm/core";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import type { Model } from "@xianmai/plugin-api/model";
import type { DatabaseConnection, Driver } from "kysely";
import { CompiledQuery } from "kysely";
import type { ClientBase } from "pg";

import { connectionOver, dialectOf } from "../run/kysely.ts";
import { entitySchemas } from "./entity-schemas.ts";
import { changingAll } from "./named-rows.ts";

/** Lends the client of a transaction. */
export type UseClient = <Result>(work: (client: ClientBase) => Promise<Result>) => Promise<Result>;

/** MikroORM over the entities of a model. It has no connection of its own: a unit of work runs on the connection of its mutation. */
export interface Orm {
  /** Runs `work` with a unit of work inside a running transaction. What it changed is written when it resolves. */
  within<Result>(use: UseClient, work: (em: EntityManager) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** What an ORM is made from. */
export interface OrmOptions {
  readonly model: Model;
  /** Named in messages; nothing connects to it. */
  readonly app: Pick<ConnectionSettings, "database">;
}

/** Makes the ORM of a composition. */
export function createOrm({ model, app }: OrmOptions): Orm {
  const clients = new AsyncLocalStorage<UseClient>();
  const orm = new MikroORM({
    dbName: app.database,
    entities: [...entitySchemas(model)],
    driverOptions: dialectOf(new TransactionDriver(clients)),
    // the transaction is the mutation's, begun before and ended after the unit of work
    implicitTransactions: false,
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
  });
  return {
    within: async (use, work) =>
      clients.run(use, async () => {
        const em = orm.em.fork();
        const result = await work(em);
        await em.flush();
        return result;
      }),
    close: async () => orm.close(),
  };
}

/** Hands MikroORM the client of the running mutation; a transaction inside it is a savepoint. */
class TransactionDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(clients: AsyncLocalStorage<UseClient>) {
    this.#connection = changingAll(
      connectionOver(async (work) => {
        const use = clients.getStore();
        if (use === undefined) throw new Error("The unit of work was used outside the mutation that it belongs to.");
        return use(work);
      }),
    );
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("savepoint xm_unit"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("release savepoint xm_unit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback to savepoint xm_unit"));
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoted(name)}`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to savepoint ${quoted(name)}`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release savepoint ${quoted(name)}`));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
