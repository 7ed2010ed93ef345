import type { EntityManager } from "@mikro-orm/core";
import type { Moment, Settings, WriteConnection } from "@xianmai/database";
import type { ClientBase } from "pg";

import type { Orm } from "../mutate/orm.ts";
import { committedAccess, runningAccess, type Access } from "./access.ts";
import type { Writing } from "./context.ts";

/** Undoes the transaction of a mutation and answers all the same: what was expected to fail is an answer, not an error. */
export class Undone extends Error {
  override readonly name = "Undone";
  /** Makes the answer once the transaction is undone and queries work again. */
  readonly answer: (access: Access) => Promise<unknown>;

  constructor(answer: (access: Access) => Promise<unknown>) {
    super("The mutation was undone.");
    this.answer = answer;
  }
}

/** Undoes the transaction of a mutation and does it anew: PostgreSQL has given it up, since it and another waited for each other. */
export class Again extends Error {
  override readonly name = "Again";

  constructor(cause: unknown) {
    super("The mutation was given up by PostgreSQL.", { cause });
  }
}

/** How often a mutation is tried that PostgreSQL gives up. */
const ATTEMPTS = 5;

/** One mutation field on its one connection: the transaction while it runs, and the state that it left afterwards. */
export class MutationConnection {
  readonly #connection: WriteConnection;
  readonly #settings: Settings;
  readonly #orm: Orm;
  readonly #watched: (access: Access) => Access;
  readonly #committed: Access;
  readonly #afterwards: (() => Promise<void>)[] = [];
  #running: { readonly client: ClientBase; readonly em: EntityManager; readonly access: Access } | undefined;

  /** @param watched lets somebody watch what is sent */
  constructor(connection: WriteConnection, settings: Settings, orm: Orm, watched: (access: Access) => Access) {
    this.#connection = connection;
    this.#settings = settings;
    this.#orm = orm;
    this.#watched = watched;
    this.#committed = watched(committedAccess(connection, settings));
  }

  /** The database as the field may use it now. */
  get access(): Access {
    return this.#running?.access ?? this.#committed;
  }

  /** The state that its payload was read in; `undefined` where nothing was read. */
  get moment(): Moment | undefined {
    return this.#committed.moment();
  }

  /** What there is to write with, while the transaction runs. */
  get writing(): Writing | undefined {
    return this.#running;
  }

  /** The client that is inside the transaction, while it runs. */
  get client(): ClientBase | undefined {
    return this.#running?.client;
  }

  /** Has something done once the transaction is committed, and before its payload is read; nothing, where it is undone. It must not fail. */
  afterCommit(work: () => Promise<void>): void {
    this.#afterwards.push(work);
  }

  /** Runs the resolver of the field in one transaction, with a unit of work that is written before COMMIT. */
  async transaction(work: () => unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const done = await this.#once(work);
        for (const afterwards of this.#afterwards.splice(0)) await afterwards();
        return done;
      } catch (error) {
        if (!(error instanceof Again)) throw error;
        if (attempt === ATTEMPTS) throw error.cause;
      }
    }
  }

  async #once(work: () => unknown): Promise<unknown> {
    this.#afterwards.length = 0;
    try {
      return await this.#connection.transaction(this.#settings, async (client) => {
        const access = this.#watched(runningAccess(client));
        return this.#orm.within(access.query, async (em) => {
          this.#running = { client, em, access };
          return work();
        });
      });
    } catch (error) {
      this.#running = undefined;
      this.#afterwards.length = 0;
      if (error instanceof Undone) return await error.answer(this.#committed);
      throw error;
    } finally {
      this.#running = undefined;
    }
  }
}
