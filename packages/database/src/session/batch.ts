import { DatabaseError, type ClientBase, type Connection, type Submittable } from "pg";

import { messagesOf, type Prepared } from "./batch-writer.ts";
import { readerOf } from "./byte-client.ts";
import type { PreparedStatements } from "./prepared.ts";
import type { BatchReply } from "./reply-reader.ts";
import { StatementError, type Statement, type StatementResult } from "./statement.ts";

/** A caller's statements, and those of the session's own around them. */
export interface Frame {
  readonly before: readonly Statement[];
  readonly statements: readonly Statement[];
  readonly after?: readonly Statement[];
  /** Under which the caller's statements run: see `PreparedOnConnection`. */
  readonly role?: string | undefined;
  /** Whether cells come as bytes, one character for each, instead of texts: only from a `ByteClient`. */
  readonly bytes?: boolean;
}

/** What came of the session's own statements that went before, and of the caller's. */
export interface BetweenResults {
  readonly before: readonly StatementResult[];
  readonly results: readonly StatementResult[];
}

const NONE: readonly Statement[] = [];

/**
 * Sends statements before one Sync and waits for all their results: one round trip, and one implicit transaction,
 * so that settings made in it with `set_config(…, true)` end with it.
 *
 * The connection is usable again afterwards, also after an error.
 *
 * @throws StatementError naming the statement at fault
 */
export async function sendBatch(
  client: ClientBase,
  statements: readonly Statement[],
  prepared: PreparedStatements,
): Promise<readonly StatementResult[]> {
  return (await sendBetween(client, prepared, { before: NONE, statements })).results;
}

/**
 * As `sendBatch`, with a caller's statements between others of the session's own.
 *
 * @throws StatementError whose index counts the caller's statements
 */
export function sendBetween(client: ClientBase, prepared: PreparedStatements, frame: Frame): Promise<BetweenResults> {
  return new Promise((resolve, reject) => {
    client.query(new Batch(frame, prepared, resolve, reject));
  });
}

/** A batch as pg's queue takes it: what `pg-cursor` and `pg-query-stream` implement too. */
class Batch implements Submittable, BatchReply {
  readonly #frame: Frame;
  readonly #prepared: PreparedStatements;
  readonly #resolve: (results: BetweenResults) => void;
  readonly #reject: (error: Error) => void;
  readonly #before: StatementResult[] = [];
  readonly #results: StatementResult[] = [];
  #done = 0;
  #rows: (readonly (string | null)[])[] = [];

  constructor(frame: Frame, prepared: PreparedStatements, resolve: (results: BetweenResults) => void, reject: (error: Error) => void) {
    this.#frame = frame;
    this.#prepared = prepared;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Called by pg when the connection is free. An error that is returned has sent nothing, and is this batch's alone. */
  submit(connection: Connection): Error | undefined {
    const { before, statements, after = NONE, role, bytes = false } = this.#frame;
    let messages: Buffer;
    try {
      const known = this.#prepared.on(connection);
      const prepared = (statement: Statement, as: string | undefined): Prepared => ({
        statement,
        preparation: known.prepare(statement, as),
      });
      messages = messagesOf([
        ...before.map((one) => prepared(one, undefined)),
        ...statements.map((one) => prepared(one, role)),
        ...after.map((one) => prepared(one, undefined)),
      ]);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    const reader = readerOf(connection);
    if (bytes && reader === undefined) return new Error("This connection cannot read texts as bytes.");
    reader?.expect(this, bytes);
    // one that is lost says so by itself
    if (connection.stream.writable) connection.stream.write(messages);
    return undefined;
  }

  row(cells: readonly (string | null)[]): void {
    this.#rows.push(cells);
  }

  complete(rowCount: number): void {
    const before = this.#done < this.#frame.before.length ? this.#before : this.#results;
    before.push({ rows: this.#rows, rowCount });
    this.#done += 1;
    this.#rows = [];
  }

  /** Never asked for: whoever sends a statement knows its columns. */
  handleRowDescription(): void {}

  /** Of a connection that has no reader of its own. */
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    this.row(message.fields);
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.complete(Number(/\d+$/.exec(message.text)?.[0] ?? 0));
  }

  handleEmptyQuery(): void {
    this.complete(0);
  }

  /** Rows are never fetched in portions here, so a portal is never suspended. */
  handlePortalSuspended(): void {
    this.complete(0);
  }

  /** COPY has no place in a batch: its Sync is already on the way, and the server would wait for data for ever. */
  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy(new Error("COPY … FROM STDIN cannot be sent in a batch."));
  }

  handleCopyData(): void {}

  handleError(error: Error, connection: Connection): void {
    readerOf(connection)?.expect(undefined);
    const { before, statements, after = NONE, role } = this.#frame;
    const index = this.#done - before.length;
    const prepared = this.#prepared.on(connection);
    prepared.doubt([...before.slice(this.#done), ...after], undefined);
    prepared.doubt(statements.slice(Math.max(index, 0)), role);
    const statement = index < 0 ? before[this.#done] : (statements[index] ?? after[index - statements.length]);
    this.#reject(new StatementError(error, error instanceof DatabaseError ? statement : undefined, index));
  }

  handleReadyForQuery(connection: Connection): void {
    readerOf(connection)?.expect(undefined);
    const { statements } = this.#frame;
    const results = this.#results.length === statements.length ? this.#results : this.#results.slice(0, statements.length);
    this.#resolve({ before: this.#before, results });
  }
}
