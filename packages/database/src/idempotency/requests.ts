import type { ClientBase } from "pg";

import type { WritePool } from "../session/write-pool.ts";

/** A request as it is known by its key. */
export interface KeyedRequest {
  /** Tells one who asks from another; keys of one mean nothing to another. */
  readonly viewer: string;
  /** As whoever asks chose it. */
  readonly key: string;
  /** The mutation. */
  readonly field: string;
  /** Tells one input from another. */
  readonly input: string;
}

/** What a key stands for already. */
export interface KnownRequest {
  readonly field: string;
  readonly input: string;
  /** The key of the row that its answer showed; `undefined` where it showed none. */
  readonly shown: string | undefined;
}

/**
 * Lets a key stand for a request, from the COMMIT of the running transaction on, for 24 hours. Waits for a transaction that is just doing the same.
 *
 * @returns what the key stands for already; `undefined` where it was free
 */
export async function claimKey(client: ClientBase, { viewer, key, field, input }: KeyedRequest): Promise<KnownRequest | undefined> {
  const { rows } = await client.query<{ field: string | null; input: string; shown: string | null }>(
    "select field, input, shown from xm.claim_key($1, $2, $3, $4)",
    [viewer, key, field, input],
  );
  const [known] = rows;
  return known === undefined || known.field === null
    ? undefined
    : { field: known.field, input: known.input, shown: known.shown ?? undefined };
}

/** Remembers the row that the answer to a claimed request shows. */
export async function settleKey(client: ClientBase, { viewer, key }: KeyedRequest, shown: string | undefined): Promise<void> {
  await client.query("select xm.settle_key($1, $2, $3)", [viewer, key, shown ?? null]);
}

/** Requests that one transaction forgets. */
const PORTION = 10_000;

/** Forgets the requests whose keys have had their day. @returns how many */
export async function forgetRequests(pool: WritePool): Promise<number> {
  let all = 0;
  for (;;) {
    const gone = await pool.use(async (connection) =>
      connection.transaction({ role: "xm_all" }, async (client) => {
        const { rows } = await client.query<{ gone: number }>("select xm.forget_requests($1)::int as gone", [PORTION]);
        return rows[0]?.gone ?? 0;
      }),
    );
    all += gone;
    if (gone < PORTION) return all;
  }
}
