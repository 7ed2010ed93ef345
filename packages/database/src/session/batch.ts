import { DatabaseError, type ClientBase, type Connection, type Submittable } from "pg";

import { fromBytes, readBytes } from "./byte-client.ts";
import type { Preparation, PreparedStatements } from "./prepared.ts";
import { StatementError, type Statement, type StatementResult } from "./statement.ts";

const UNNAMED: Preparation = { close: [], parse: true };

interface Draft {
  readonly rows: (readonly (string | null)[])[];
  rowCount: number;
}

/**
 * Sends statements before one Sync and waits for all their results: one round trip, and one implicit transaction,
 * so that settings made in it with `set_config(…, true)` end with it.
 *
 * The connection is usable again afterwards, also after an error.
 *
 * @param bytes whether cells come as bytes, one character for each, instead of texts
 * @throws StatementError naming the statement at fault
 */
export function sendBatch(
  client: ClientBase,
  statements: readonly Statement[],
  prepared: PreparedStatements,
  bytes = false,
): Promise<readonly StatementResult[]> {
  return new Promise((resolve, reject) => {
    client.query(new Batch(statements, prepared, bytes, resolve, reject));
  });
}

/** A batch as pg's queue takes it: what `pg-cursor` and `pg-query-stream` implement too. */
class Batch implements Submittable {
  readonly #statements: readonly Statement[];
  readonly #prepared: PreparedStatements;
  readonly #bytes: boolean;
  readonly #resolve: (results: readonly StatementResult[]) => void;
  readonly #reject: (error: Error) => void;
  readonly #done: StatementResult[] = [];
  #connection: Connection | undefined;
  #current: Draft = { rows: [], rowCount: 0 };

  constructor(
    statements: readonly Statement[],
    prepared: PreparedStatements,
    bytes: boolean,
    resolve: (results: readonly StatementResult[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#statements = statements;
    this.#prepared = prepared;
    this.#bytes = bytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Called by pg when the connection is free. An error that is returned has sent nothing, and is this batch's alone. */
  submit(connection: Connection): Error | undefined {
    let preparations: readonly Preparation[];
    try {
      preparations = this.#statements.map(({ name, text }) =>
        name === undefined ? UNNAMED : this.#prepared.prepare(connection, name, text),
      );
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    if (this.#bytes) readBytes(connection, true);
    this.#connection = connection;
    connection.stream.cork();
    for (const [at, statement] of this.#statements.entries()) send(connection, statement, preparations[at] ?? UNNAMED);
    connection.sync();
    connection.stream.uncork();
    return undefined;
  }

  /** Never asked for: whoever sends a statement knows its columns. */
  handleRowDescription(): void {}

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    this.#current.rows.push(message.fields);
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#current.rowCount = Number(/\d+$/.exec(message.text)?.[0] ?? 0);
    this.#done.push(this.#current);
    this.#current = { rows: [], rowCount: 0 };
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: "" });
  }

  /** Rows are never fetched in portions here, so a portal is never suspended. */
  handlePortalSuspended(): void {
    this.handleCommandComplete({ text: "" });
  }

  /** COPY has no place in a batch: its Sync is already on the way, and the server would wait for data for ever. */
  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy(new Error("COPY … FROM STDIN cannot be sent in a batch."));
  }

  handleCopyData(): void {}

  handleError(error: Error, connection: Connection): void {
    const index = this.#done.length;
    if (this.#bytes) {
      readBytes(connection, false);
      decodeFields(error);
    }
    this.#prepared.doubt(connection, this.#statements.slice(index));
    this.#reject(new StatementError(error, error instanceof DatabaseError ? this.#statements[index] : undefined, index));
  }

  handleReadyForQuery(): void {
    if (this.#bytes && this.#connection !== undefined) readBytes(this.#connection, false);
    this.#resolve(this.#done);
  }
}

/** What PostgreSQL says of an error, in any language, came as bytes too. */
function decodeFields(error: Error): void {
  const fields = error as unknown as Record<string, unknown>;
  for (const [name, value] of [["message", error.message] as const, ...Object.entries(error)]) {
    if (typeof value === "string") fields[name] = fromBytes(value);
  }
}

function send(connection: Connection, { name = "", text, values }: Statement, { close, parse }: Preparation): void {
  for (const old of close) connection.close({ type: "S", name: old }, true);
  if (parse) connection.parse({ name, text, types: [] }, true);
  connection.bind({ statement: name, values: [...values] }, true);
  connection.execute({}, true);
}

/** A caller's statements, and those of the session's own around them. */
export interface Frame {
  readonly before: readonly Statement[];
  readonly statements: readonly Statement[];
  readonly after?: readonly Statement[];
  /** Whether cells come as bytes: see `sendBatch`. */
  readonly bytes?: boolean;
}

/** What came of the session's own statements that went before, and of the caller's. */
export interface BetweenResults {
  readonly before: readonly StatementResult[];
  readonly results: readonly StatementResult[];
}

/**
 * Sends a caller's statements between others of the session's own.
 *
 * @param role part of every statement's name, since a plan made under one role is of no use to another
 * @throws StatementError whose index counts the caller's statements
 */
export async function sendBetween(
  client: ClientBase,
  prepared: PreparedStatements,
  role: string | undefined,
  frame: Frame,
): Promise<BetweenResults> {
  const { before, after = [] } = frame;
  const statements = frame.statements.map((statement) =>
    statement.name === undefined ? statement : { ...statement, name: `${statement.name}/${role ?? ""}` },
  );
  try {
    const results = await sendBatch(client, [...before, ...statements, ...after], prepared, frame.bytes);
    return { before: results.slice(0, before.length), results: results.slice(before.length, before.length + statements.length) };
  } catch (error) {
    if (!(error instanceof StatementError) || !(error.cause instanceof Error)) throw error;
    const index = error.index - before.length;
    throw new StatementError(error.cause, frame.statements[index] ?? error.statement, index);
  }
}
