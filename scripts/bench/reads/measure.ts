import type { DocumentName, SideName } from "./documents.ts";
import { requestsOf } from "./documents.ts";
import type { Load, Loaded } from "./load.ts";
import type { Worker } from "./processes.ts";
import { VIEWERS } from "./rows.ts";
import type { CpuUsed } from "./sides/child.ts";

/** Who is asked, and by whom. */
export interface Contender {
  readonly side: SideName;
  readonly viewer?: keyof typeof VIEWERS;
}

/** The contenders, in the order of the first turn. */
export const CONTENDERS = {
  everyUnit: { side: "ours", viewer: "everyUnit" },
  postgraphile: { side: "postgraphile" },
  byHand: { side: "byHand" },
  county: { side: "ours", viewer: "county" },
  someUnits: { side: "ours", viewer: "someUnits" },
} as const satisfies Readonly<Record<string, Contender>>;
export type ContenderName = keyof typeof CONTENDERS;

/** What a contender did in a turn. */
export interface Figure {
  /** Requests answered in a second. */
  readonly rate: number;
  /** Milliseconds of Node's CPU for each request. */
  readonly cpu: number;
}

/** A round: every contender, in turns. */
export type Round = Readonly<Record<ContenderName, Figure>>;

/** What turns are made of. */
export interface Field {
  readonly sides: Readonly<Record<SideName, { readonly worker: Worker; readonly port: number }>>;
  readonly load: Worker;
  readonly keys: readonly string[];
}

/** Requests under way at once; more than there are connections to PostgreSQL, so that these never idle. */
const AT_ONCE = 12;

const NAMES = Object.keys(CONTENDERS) as readonly ContenderName[];

/** Seconds of a turn: short, so that whatever else the machine does meets all contenders alike. */
const TURN = 0.2;

interface Work {
  readonly done: number;
  /** Milliseconds of the clock, and of Node's CPU. */
  readonly time: number;
  readonly cpu: number;
}

/** How much is measured. */
export interface Extent {
  readonly rounds: number;
  /** Of each contender in a round, at least. */
  readonly seconds: number;
  /** Ends it with an error. */
  readonly stop: AbortSignal;
}

/** Measures a document: the contenders take turns, each time beginning with another. */
export async function measure(field: Field, document: DocumentName, extent: Extent): Promise<readonly Round[]> {
  await round(field, document, extent);
  const measured: Round[] = [];
  for (let at = 0; at < extent.rounds; at += 1) measured.push(await round(field, document, extent));
  return measured;
}

async function round(field: Field, document: DocumentName, { seconds, stop }: Extent): Promise<Round> {
  const works = new Map<ContenderName, Work>();
  // what is under way when a turn ends is waited for: with slow answers a turn is longer, and fewer do
  for (let at = 0; NAMES.some((name) => (works.get(name)?.time ?? 0) < seconds * 1000); at += 1) {
    const first = at % NAMES.length;
    for (const name of [...NAMES.slice(first), ...NAMES.slice(0, first)]) {
      stop.throwIfAborted();
      const before = works.get(name) ?? { done: 0, time: 0, cpu: 0 };
      const { done, time, cpu } = await turn(field, document, name);
      works.set(name, { done: before.done + done, time: before.time + time, cpu: before.cpu + cpu });
    }
  }
  const figures = [...works].map(([name, { done, time, cpu }]) => [name, { rate: (done / time) * 1000, cpu: cpu / done }] as const);
  return Object.fromEntries(figures) as Round;
}

async function turn({ sides, load, keys }: Field, document: DocumentName, name: ContenderName): Promise<Work> {
  const { side, viewer }: Contender = CONTENDERS[name];
  const { worker, port } = sides[side];
  const requests = requestsOf(side, document, keys, viewer === undefined ? undefined : VIEWERS[viewer]);
  const before = await worker.ask<CpuUsed>("cpu");
  const { done, time } = await load.ask<Loaded>({ port, requests, connections: AT_ONCE, time: TURN * 1000 } satisfies Load);
  const after = await worker.ask<CpuUsed>("cpu");
  return { done, time, cpu: (after.cpu - before.cpu) / 1000 };
}
