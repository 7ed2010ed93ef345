import { sqlState, StatementError } from "./statement.ts";

/** SQLSTATE classes and codes of a server that is away, starting, stopping or full. */
const AWAY = /^(08|57P0[1-5]|53300)/;
/** What the operating system says then. */
const AWAY_CODES: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH"]);
/** What pg says, without a code, of a connection that is lost. */
const AWAY_WORDS = /connection (terminated|ended)|timeout exceeded when trying to connect|is not queryable/i;

/** Whether an error, or what caused it, says that PostgreSQL is away for the moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // a statement that failed without an SQLSTATE lost its connection
  if (error instanceof StatementError && error.code === undefined) return true;
  if (AWAY.test(sqlState(error) ?? "")) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (AWAY_CODES.has(code) || (code === "ENOENT" && syscall === "connect")) return true;
  if (AWAY_WORDS.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  return isDatabaseAway(error.cause);
}
