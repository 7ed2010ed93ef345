import { createReadPool, openFeed, type Change, type Feed, type FeedPosition, type FeedReset, type ReadPool } from "@xianmai/database";
import type { ConnectionSettings } from "@xianmai/database/postgres";

import { Mistold, type Mirror } from "./mirror.ts";

/** Who reads the feed through everything, from where it was: opens it again whenever it is lost. */
export class Follower {
  readonly resets: FeedReset[] = [];
  readonly #app: ConnectionSettings;
  readonly #mirror: Mirror;
  readonly #told: (changes: readonly Change[]) => void;
  #open: { readonly feed: Feed; readonly pool: ReadPool } | undefined;
  #position: FeedPosition | undefined;

  /** @param told hears every change once */
  constructor(app: ConnectionSettings, mirror: Mirror, told: (changes: readonly Change[]) => void) {
    this.#app = app;
    this.#mirror = mirror;
    this.#told = told;
  }

  /**
   * Reads on; the first time it only looks where the feed is.
   *
   * @returns whether PostgreSQL answered
   * @throws Mistold when what it said was wrong
   */
  async step(): Promise<boolean> {
    try {
      this.#open ??= { feed: await openFeed(this.#app), pool: createReadPool(this.#app, { size: 1 }) };
      const { feed, pool } = this.#open;
      if (this.#position === undefined) {
        this.#position = await feed.position();
        return true;
      }
      const batch = await feed.poll(this.#position);
      await this.#mirror.apply(pool, batch.changes);
      this.#position = batch.to;
      if (batch.reset !== undefined) this.resets.push(batch.reset);
      this.#told(batch.changes);
      return true;
    } catch (error) {
      if (error instanceof Mistold) throw error;
      await this.close();
      return false;
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.feed.close().catch(() => undefined);
    await open?.pool.close().catch(() => undefined);
  }
}
