import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { migrate } from "@xianmai/database";
import { openPostgres, type Postgres } from "@xianmai/database/postgres";
import { compose } from "@xianmai/server";
import { Client } from "pg";

import { DOCUMENTS, requestsOf, SIDES, type DocumentName, type SideName } from "./documents.ts";
import { meaningOf } from "./meaning.ts";
import type { Field } from "./measure.ts";
import { benchPlugins } from "./plugin.ts";
import { CORES, pin, postmasterOf, startWorker, type Worker } from "./processes.ts";
import { fill, VIEWERS } from "./rows.ts";
import type { Listening, Place } from "./sides/child.ts";

/** Connections to PostgreSQL of each side: what a server of ours opens for reading. */
const POOL = 6;

const FILES: Readonly<Record<SideName, string>> = {
  ours: "./sides/ours.ts",
  postgraphile: "./sides/postgraphile.ts",
  byHand: "./sides/by-hand.ts",
};

/** Runs `work` with every side serving the same filled database, a private PostgreSQL of its own, and takes all of it away again. */
export async function onField<Result>(projects: number, work: (field: Field, serverVersion: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "xianmai-bench-"));
  const undo = new AsyncDisposableStack();
  undo.defer(async () => rm(folder, { recursive: true, force: true }));
  try {
    const postgres = await openPostgres({ dataFolder: folder, log: () => undefined });
    undo.defer(async () => postgres.release());
    const { model } = await compose(benchPlugins);
    await migrate({ owner: postgres.owner, model, log: () => undefined });
    const keys = await fill(postgres.owner, projects);
    pin(postmasterOf(postgres.where), CORES.rest);
    const load = startWorker("./load.ts", CORES.rest);
    undo.defer(async () => load.stop());
    const started = SIDES.map((name) => ({ name, worker: startWorker(FILES[name], CORES.node) }));
    for (const { worker } of started) undo.defer(async () => worker.stop());
    const sides: [SideName, Field["sides"][SideName]][] = [];
    for (const { name, worker } of started) sides.push([name, { worker, port: await listening(name, worker, postgres) }]);
    const field: Field = { sides: Object.fromEntries(sides) as Field["sides"], load, keys };
    await compare(field, postgres);
    return await work(field, postgres.serverVersion);
  } finally {
    await undo.disposeAsync();
  }
}

/** The owner of the tables passes by row-level security, as a superuser does. */
async function listening(name: SideName, worker: Worker, { owner, app }: Postgres): Promise<number> {
  const { port } = await worker.ask<Listening>({ connection: name === "ours" ? app : owner, pool: POOL } satisfies Place);
  return port;
}

/** @throws Error unless all sides mean the same, whatever the document */
async function compare({ sides, keys }: Field, { owner }: Postgres): Promise<void> {
  const codes = await codesOf(owner);
  for (const document of DOCUMENTS) {
    const meanings = new Map<string, string>();
    const ask = async (as: string, side: SideName, viewer?: string): Promise<void> => {
      const [first = ""] = requestsOf(side, document, keys, viewer);
      meanings.set(as, meaningOf(side, document, await sent(sides[side].port, first), codes));
    };
    for (const side of SIDES) await ask(side, side, side === "ours" ? VIEWERS.everyUnit : undefined);
    await ask("ours, for the county", "ours", VIEWERS.county);
    assertSame(document, meanings);
    // what an office of some units sees is less, and has nobody to be compared with
    await ask("ours, for some units", "ours", VIEWERS.someUnits);
  }
}

function assertSame(document: DocumentName, meanings: ReadonlyMap<string, string>): void {
  const [[first, meant] = ["", ""]] = meanings;
  for (const [side, meaning] of meanings) {
    if (meaning === meant) continue;
    const lines = meaning.split("\n");
    const at = meant.split("\n").findIndex((line, number) => line !== lines[number]);
    throw new Error(`${document}: ${side} answers “${lines[at] ?? ""}” where ${first} answers “${meant.split("\n")[at] ?? ""}”.`);
  }
}

async function codesOf(owner: Postgres["owner"]): Promise<ReadonlyMap<string, string>> {
  const client = new Client(owner);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; code: string }>(
      "select id, code from app.unit union all select id, code from app.dictionary_entry",
    );
    return new Map(rows.map(({ id, code }) => [id, code]));
  } finally {
    await client.end();
  }
}

/** Sends a whole request, as the load does, and reads the body of the answer. */
async function sent(port: number, whole: string): Promise<string> {
  const [head = "", body = ""] = whole.split("\r\n\r\n");
  const [start = "", ...lines] = head.split("\r\n");
  const [method = "GET", path = "/"] = start.split(" ");
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  const answered = Promise.withResolvers<string>();
  const outgoing = request({ port, host: "127.0.0.1", method, path, headers }, (response) => {
    text(response).then(answered.resolve, answered.reject);
  });
  outgoing.once("error", answered.reject).end(body);
  return answered.promise;
}
