import { onTestFinished } from "vitest";
import { Client, type ClientBase, type Connection, type Submittable } from "pg";

import { migrate } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";
import type { Model } from "@xianmai/plugin-api/model";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";

import { county, key } from "./sample.ts";

/** A migrated sample county of this test's own; it and what is opened through it end with the test. */
export interface County {
  readonly database: TestDatabase;
  readonly owner: Client;
  open(settings: ConnectionSettings): Promise<Client>;
  /** Rows as the owner sees them. */
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export async function emptyDatabase(): Promise<County> {
  return countyOf(await createTestDatabase());
}

/** @param model its tables; one name always means one model */
export async function openCounty(name = "sample county", model: Model = county): Promise<County> {
  const prepare = async ({ owner }: { readonly owner: ConnectionSettings }) => {
    await migrate({ owner, model, log: () => undefined });
  };
  return countyOf(await createTestDatabase({ name: `database: ${name}`, prepare }));
}

async function countyOf(database: TestDatabase): Promise<County> {
  const clients: Client[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await database.drop();
  });
  const open = async (settings: ConnectionSettings): Promise<Client> => {
    const client = new Client(settings);
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const owner = await open(database.owner);
  return {
    database,
    owner,
    open,
    rows: async <Row extends object>(sql: string, values: readonly unknown[] = []) => (await owner.query<Row>(sql, [...values])).rows,
  };
}

/** Adds a unit, and gives its key. */
export async function addUnit(client: ClientBase, code: string): Promise<string> {
  const id = key();
  await client.query("insert into app.unit (id, code, name) values ($1, $2, $2)", [id, code]);
  return id;
}

/** COPY … FROM STDIN, for which pg has the messages but no call. */
export async function copyIn(client: ClientBase, sql: string, lines: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(sql, lines, resolve, reject));
  });
}

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

class CopyIn implements Submittable {
  readonly #sql: string;
  readonly #lines: string;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;

  constructor(sql: string, lines: string, resolve: () => void, reject: (error: Error) => void) {
    this.#sql = sql;
    this.#lines = lines;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.#lines));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }
}
