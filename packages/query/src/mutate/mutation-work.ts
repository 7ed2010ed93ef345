import type { Context, Problem } from "@xianmai/plugin-api";
import type { EntityModel } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

/** A row as MikroORM manages it: what is assigned to it is written at the end of the mutation. */
export type ManagedRow = Record<string, unknown> & { readonly id: string };

/** What a generated mutation is given while its transaction runs. */
export interface MutationWork {
  readonly entity: EntityModel;
  /** The viewer, the clock, the language, and `em`, whose unit of work is written before COMMIT. */
  readonly context: Context;
  /** The connection inside the transaction, for tables of the platform's own. */
  readonly client: ClientBase;
  /** The row that the input names, locked until COMMIT. */
  readonly row: ManagedRow;
  /** The columns that the mutation takes, as a row has them, by row key; given ones only. They are assigned to the row after the change. */
  readonly taken: Readonly<Record<string, unknown>>;
  /** The whole input as GraphQL read it. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Has something done once all is committed; it must not fail. */
  readonly afterCommit: (work: () => Promise<void>) => void;
}

/** Changes something, or says why not: then the whole transaction is undone. */
export type Change = (work: MutationWork) => Promise<readonly Problem[]>;
