import { DatabaseError } from "pg";

/** One statement, its parameters in PostgreSQL's text format. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** Prepared once per connection under this name; a name always stands for the same text. */
  readonly name?: string;
}

/** What a statement gave, every cell as PostgreSQL's text; see `byItself` for one that is kept. */
export interface StatementResult {
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows returned or touched. */
  readonly rowCount: number;
}

/** A statement of a batch failed; those before it are undone with it, those after it never ran. */
export class StatementError extends Error {
  override readonly name = "StatementError";
  /** The SQLSTATE, such as `23505`; `undefined` when the connection was lost. */
  readonly code: string | undefined;
  /** The statement that failed; `undefined` when the connection was lost. */
  readonly statement: Statement | undefined;
  /** Its place among the caller's statements; negative when it is one that the session sent before them. */
  readonly index: number;

  constructor(cause: Error, statement: Statement | undefined, index: number) {
    super(cause.message, { cause });
    this.code = cause instanceof DatabaseError ? cause.code : undefined;
    this.statement = statement;
    this.index = index;
  }
}

/** The SQLSTATE of an error of PostgreSQL's, `undefined` for any other. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DatabaseError) return error.code;
  return error.cause === undefined ? undefined : sqlState(error.cause);
}
