import { Client } from "pg";
import { expect } from "vitest";

import { sqlState } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";

import { key } from "../sample.ts";
import { act, EXPECTED, type Transaction } from "./acts.ts";
import type { Fate, Ledger } from "./ledger.ts";

/** A transaction, and what becomes of it where it is prepared. */
export interface Feat extends Transaction {
  readonly fate: Fate;
}

/** Whoever waits for what a prepared transaction holds gives up soon. */
const PATIENCE = "set lock_timeout = '60ms'";
const LOCK_NOT_AVAILABLE = "55P03";

/** Connects, waiting for a PostgreSQL that is just recovering. */
export async function connect(settings: ConnectionSettings): Promise<Client> {
  let found: Client | undefined;
  const tried = async (): Promise<boolean> => {
    const client = new Client(settings);
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query(PATIENCE);
      found = client;
      return true;
    } catch {
      await client.end().catch(() => undefined);
      return false;
    }
  };
  await expect.poll(tried, { interval: 10, timeout: 20_000 }).toBe(true);
  return found!;
}

/** Hears each time that PostgreSQL has been asked to commit or to prepare, and has not answered yet; by the process of which session. */
export type Asked = (session: number) => void;

/** Writes, one transaction after the other, and notes what PostgreSQL says; ends early where PostgreSQL is gone. */
export async function write(settings: ConnectionSettings, feats: readonly Feat[], ledger: Ledger, asked: Asked): Promise<void> {
  const client = await connect(settings);
  try {
    // pg knows it, and its types do not
    const { processID } = client as Client & { readonly processID: number };
    for (const feat of feats) if (!(await transact(client, feat, ledger, () => asked(processID)))) return;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @returns whether PostgreSQL is still there */
async function transact(client: Client, { acts, end, linger, fate }: Feat, ledger: Ledger, asked: () => void): Promise<boolean> {
  const id = key();
  ledger.begin(id);
  try {
    await client.query("begin");
    await client.query("insert into app.dictionary (id, code, zh, en) values ($1::uuid, $1::text, 'begun', '')", [id]);
    for (const one of acts) await act(client, one);
    if (linger > 0) await client.query("select pg_sleep($1)", [linger / 1000]);
    await client.query("update app.dictionary set zh = 'ended' where id = $1::uuid", [id]);
    if (end === "rollback") {
      await client.query("rollback");
    } else if (end === "commit") {
      ledger.ask(id);
      const answer = client.query("commit");
      asked();
      ledger.isOver(id, (await answer).command === "COMMIT");
    } else {
      ledger.askToPrepare(id, fate);
      const answer = client.query(`prepare transaction '${id}'`);
      asked();
      await answer;
      ledger.isPrepared(id);
      if (fate === "at once") await finish(client, id, fate, ledger, asked);
    }
    return true;
  } catch (error) {
    if (
      !(await client
        .query("rollback")
        .then(() => true)
        .catch(() => false))
    )
      return false;
    if (![...EXPECTED, LOCK_NOT_AVAILABLE].includes(sqlState(error) ?? "")) throw error;
    // refused, whatever had been asked
    ledger.isOver(id, false);
    return true;
  }
}

/** Ends a prepared transaction as was meant. */
export async function finish(client: Client, id: string, fate: Fate, ledger: Ledger, asked: () => void = () => undefined): Promise<void> {
  const answer = client.query(`${fate === "never" ? "rollback" : "commit"} prepared '${id}'`);
  asked();
  await answer;
  ledger.isOver(id, fate !== "never");
}
