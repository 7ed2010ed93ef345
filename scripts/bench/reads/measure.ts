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

/** A round: a turn of every contender, one right after the other. */
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

/** Measures a document: all contenders in turn, round after round, each time beginning with another. */
export async function measure(field: Field, document: DocumentName, rounds: number, seconds: number): Promise<readonly Round[]> {
  for (const name of NAMES) await turn(field, document, name, Math.min(seconds, 1));
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = round % NAMES.length;
    const figures: [ContenderName, Figure][] = [];
    for (const name of [...NAMES.slice(first), ...NAMES.slice(0, first)]) figures.push([name, await turn(field, document, name, seconds)]);
    measured.push(Object.fromEntries(figures) as Round);
  }
  return measured;
}

async function turn({ sides, load, keys }: Field, document: DocumentName, name: ContenderName, seconds: number): Promise<Figure> {
  const { side, viewer }: Contender = CONTENDERS[name];
  const { worker, port } = sides[side];
  const requests = requestsOf(side, document, keys, viewer === undefined ? undefined : VIEWERS[viewer]);
  const before = await worker.ask<CpuUsed>("cpu");
  const { done, time } = await load.ask<Loaded>({ port, requests, connections: AT_ONCE, time: seconds * 1000 } satisfies Load);
  const after = await worker.ask<CpuUsed>("cpu");
  return { rate: (done / time) * 1000, cpu: (after.cpu - before.cpu) / 1000 / done };
}
