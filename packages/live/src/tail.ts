import { setTimeout as delay } from "node:timers/promises";

import { isLost, type Feed, type FeedBatch, type FeedPosition } from "@xianmai/database";

/** What a follower of the tail is told. */
export interface Follower {
  /** Something was committed: the changes between two positions, in order. */
  batch(batch: FeedBatch): void;
  /** The feed cannot be followed from where it was (another generation, or changes that are forgotten): everything before is unknown, `position` is where it goes on. */
  reset(position: FeedPosition): void;
}

/** The one reader of the change feed on this server; everyone who wants to know of changes follows it. */
export interface Tail {
  /** Up to where the feed has been read; `undefined` until the first read. */
  readonly position: FeedPosition | undefined;
  /** Milliseconds since the feed was last read to its end; `Infinity` before the first time. */
  silence(): number;
  /** Follows from the tail's position on. @returns stops following */
  follow(follower: Follower): () => void;
  /** Reads on by itself beyond what the tail has read: the changes from any position to now. @throws when the database is away */
  read(from: FeedPosition): Promise<FeedBatch>;
  /** Resolves when whatever was committed before the call has been read, and its followers told. */
  caughtUp(): Promise<void>;
  /** Resolves when the tail has a position: only then are changes really being followed. */
  ready(): Promise<FeedPosition>;
  stop(): Promise<void>;
}

/** How the tail is set up. */
export interface TailOptions {
  /** Opens the feed on a connection of its own; called again whenever that connection is lost. */
  readonly open: () => Promise<Feed>;
  /** Milliseconds between two reads. */
  readonly every: number;
  /** Hears of a lost connection; the tail goes on trying by itself. */
  readonly onError: (error: unknown) => void;
}

const LONGEST_PAUSE = 2000;

/** Starts reading at once; a database that is away is tried again, ever more slowly, until `stop`. */
export function createTail(options: TailOptions): Tail {
  const followers = new Set<Follower>();
  const stopping = new AbortController();
  const first = Promise.withResolvers<FeedPosition>();
  let feed: Feed | undefined;
  let position: FeedPosition | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let waiting: (() => void)[] = [];

  async function opened(): Promise<Feed> {
    feed ??= await options.open();
    return feed;
  }

  async function step(): Promise<void> {
    const open = await opened();
    // whoever comes while this reading is under way waits for the next
    const satisfied = waiting;
    waiting = [];
    try {
      await readOn(open);
    } catch (error) {
      waiting = [...satisfied, ...waiting];
      throw error;
    }
    readAt = performance.now();
    for (const resolve of satisfied) resolve();
  }

  async function readOn(open: Feed): Promise<void> {
    if (position === undefined) {
      position = await open.position();
      first.resolve(position);
    } else {
      const batch = await open.poll(position);
      position = batch.to;
      if (isLost(batch)) for (const follower of followers) follower.reset(position);
      else if (batch.changes.length > 0) for (const follower of followers) follower.batch(batch);
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await step();
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) break;
        options.onError(error);
        failures += 1;
        await feed?.close().catch(() => undefined);
        feed = undefined;
      }
      const pause = failures === 0 ? options.every : Math.min(LONGEST_PAUSE, options.every * 2 ** failures);
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await feed?.close().catch(() => undefined);
  }

  const running = run();
  return {
    get position() {
      return position;
    },
    silence: () => performance.now() - readAt,
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    read: async (from) => (await opened()).poll(from),
    caughtUp: async () => new Promise((resolve) => waiting.push(resolve)),
    ready: async () => first.promise,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
