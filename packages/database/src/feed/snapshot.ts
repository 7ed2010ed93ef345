/** A `pg_snapshot` taken apart: which transactions were over when it was taken. */
export interface Snapshot {
  /** Every transaction below it was over. */
  readonly xmin: bigint;
  /** No transaction from it on had begun to write. */
  readonly xmax: bigint;
  /** Those between the two that were still running. */
  readonly running: readonly bigint[];
}

/** The low 48 bits of a stamp are the transaction, those above the base, which moves when transaction numbers begin anew. */
const TRANSACTION_BITS = 48n;

/** Reads PostgreSQL's text of a snapshot, `xmin:xmax:xip,xip`; `undefined` for anything else. */
export function parseSnapshot(text: string): Snapshot | undefined {
  const match = /^(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)$/.exec(text);
  if (match === null) return undefined;
  const [, xmin = "", xmax = "", running = ""] = match;
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), running: running === "" ? [] : running.split(",").map(BigInt) };
}

/** Whether a snapshot sees what the transaction of a stamp committed. Both must be of one base. */
export function sees({ xmin, xmax, running }: Snapshot, stamp: bigint): boolean {
  const transaction = BigInt.asUintN(Number(TRANSACTION_BITS), stamp);
  return transaction < xmin || (transaction < xmax && !running.includes(transaction));
}
