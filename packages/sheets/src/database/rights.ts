import type { ClientBase } from "pg";
import type { EntityModel } from "@xianmai/plugin-api/model";

import { tableOf } from "./sql.ts";

/** Whether somebody imports who has some units alone: PostgreSQL then hides rows, and refuses to write others. */
export async function hasUnitsAlone(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ alone: boolean }>("select coalesce(current_setting('xm.units', true), '') <> '' as alone");
  return rows[0]?.alone === true;
}

/** Which rows may be written, of those that are seen. They are held until the transaction ends. */
export async function lockWritable(client: ClientBase, entity: EntityModel, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  // who may not write a row cannot lock it either
  const sql = `select id::text from ${tableOf(entity)} where id = any($1::uuid[]) for no key update`;
  const { rows } = await client.query<{ id: string }>(sql, [ids]);
  return new Set(rows.map(({ id }) => id));
}

/** Why PostgreSQL would not write a row: it is not the viewer's, or a value of it is another row's that they need not see. */
export type Refused = "scope" | "taken";

/** Does something in the running transaction, and undoes it where it is refused; `undefined` when it was done. */
export async function attempt(client: ClientBase, work: () => Promise<void>): Promise<Refused | undefined> {
  await client.query("savepoint xm_sheet");
  try {
    await work();
    await client.query("release savepoint xm_sheet");
    return undefined;
  } catch (error) {
    const refused = refusalIn(error);
    if (refused === undefined) throw error;
    await client.query("rollback to savepoint xm_sheet");
    return refused;
  }
}

/** Finds the rows that PostgreSQL refuses one by one, by trying to write them in ever smaller portions; nothing of it stays. */
export async function refusedOf<Row>(
  client: ClientBase,
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<void>,
): Promise<ReadonlyMap<Row, Refused>> {
  const refused = new Map<Row, Refused>();
  const search = async (part: readonly Row[]): Promise<void> => {
    if (part.length === 0 || refused.size >= MOST_SEARCHED) return;
    const why = await attemptAlone(client, async () => write(part));
    const [first] = part;
    if (why === undefined || first === undefined) return;
    if (part.length === 1) {
      refused.set(first, why);
      return;
    }
    const half = part.length >> 1;
    await search(part.slice(0, half));
    await search(part.slice(half));
  };
  await search(rows);
  return refused;
}

/** A clerk mends these first. */
const MOST_SEARCHED = 200;

async function attemptAlone(client: ClientBase, work: () => Promise<void>): Promise<Refused | undefined> {
  await client.query("savepoint xm_sheet_search");
  const refused = await attempt(client, work);
  await client.query("rollback to savepoint xm_sheet_search");
  return refused;
}

function refusalIn(error: unknown): Refused | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "42501") return "scope";
  return code === "23505" ? "taken" : undefined;
}
