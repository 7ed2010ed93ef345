import type { JobTransaction } from "@xianmai/plugin-api";
import type { ClientBase } from "pg";

const CLIENT = Symbol("xianmai job client");

/** Lets a job's transaction lead to its connection, which plugins do not see. */
export function carryClient(transaction: JobTransaction, client: ClientBase): JobTransaction {
  return Object.defineProperty({ ...transaction }, CLIENT, { value: client });
}

/** The connection of a job's transaction, for jobs of the platform itself. @throws Error for one that no worker made */
export function clientIn(transaction: JobTransaction): ClientBase {
  const client = (transaction as { readonly [CLIENT]?: ClientBase })[CLIENT];
  if (client === undefined) throw new Error("This transaction is of no job.");
  return client;
}
