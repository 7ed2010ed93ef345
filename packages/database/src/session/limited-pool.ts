import { Pool, type PoolClient } from "pg";

import type { ConnectionSettings } from "../postgres/settings.ts";
import { ByteClient } from "./byte-client.ts";

/** What a pool does not go beyond, so that one request, or many, cannot take all that PostgreSQL has. Without them there is no limit. */
export interface PoolLimits {
  /** Milliseconds after which PostgreSQL gives up one statement, with SQLSTATE 57014. */
  readonly statementTimeout?: number | undefined;
  /** The most that may wait for a connection at once: whoever comes later gets {@link PoolBusy} at once. */
  readonly longestQueue?: number | undefined;
  /** Milliseconds after which whoever waits for a connection gets {@link PoolBusy}. */
  readonly longestWait?: number | undefined;
}

/** A pool as users of connections size it. */
export interface PoolSize extends PoolLimits {
  /** The most connections at once; who comes later waits for one. */
  readonly size: number;
}

/** How the connections of a pool are opened. */
export interface PoolOptions extends PoolSize {
  /** Server settings of every connection, as `-c name=value`. */
  readonly options: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
}

/** Every connection of a pool is in use, and too many wait for one already, or this one has waited for too long: nothing was begun. */
export class PoolBusy extends Error {
  override readonly name = "PoolBusy";
}

/** Somebody who waits for a connection. */
interface Waiting {
  readonly resolve: (client: PoolClient) => void;
  readonly reject: (error: unknown) => void;
  /** When it is given up, by `performance.now()`. */
  readonly until: number;
}

/**
 * Connections, and who may wait for one. A connection that is given back goes to whoever has waited longest, without being idle in between: under
 * load that is how nearly every one is had, and what pg's pool does of it costs as much as to send a batch.
 */
export class LimitedPool extends Pool {
  readonly #most: number;
  readonly #longestQueue: number;
  readonly #longestWait: number;
  readonly #waiting: Waiting[] = [];
  #lent = 0;
  #givingUp: NodeJS.Timeout | undefined;

  constructor(settings: ConnectionSettings, { size, options, name, statementTimeout, longestQueue, longestWait }: PoolOptions) {
    const timeout = statementTimeout === undefined ? "" : ` -c statement_timeout=${Math.ceil(statementTimeout)}`;
    super({
      ...settings,
      Client: ByteClient,
      max: size,
      options: `${options}${timeout}`,
      application_name: name,
      ...(longestWait === undefined ? {} : { connectionTimeoutMillis: longestWait }),
    });
    this.#most = size;
    this.#longestQueue = longestQueue ?? Number.POSITIVE_INFINITY;
    this.#longestWait = longestWait ?? Number.POSITIVE_INFINITY;
  }

  /**
   * A connection, as soon as one is free; it is the caller's until {@link giveBack}.
   *
   * @throws PoolBusy
   */
  admit(): Promise<PoolClient> {
    if (this.#lent < this.#most) return this.#lend();
    if (this.#waiting.length >= this.#longestQueue) {
      return Promise.reject(new PoolBusy(`${this.#waiting.length} wait for a connection already.`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, until: performance.now() + this.#longestWait });
      this.#giveUpInTime();
    });
  }

  /** Takes a connection back. @param usable whether somebody else may have it; it is closed otherwise */
  giveBack(client: PoolClient, usable: boolean): void {
    const next = usable && !this.ending ? this.#waiting.shift() : undefined;
    if (next !== undefined) return next.resolve(client);
    this.#lent -= 1;
    client.release(!usable);
    this.#lendToWaiting();
  }

  async #lend(): Promise<PoolClient> {
    this.#lent += 1;
    try {
      return await this.connect();
    } catch (error) {
      this.#lent -= 1;
      this.#lendToWaiting();
      throw error;
    }
  }

  /** Where a connection was closed, or could not be opened, there is room for another. Once the pool is being closed, everyone is told. */
  #lendToWaiting(): void {
    while (this.#lent < this.#most || this.ending) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#lend().then(next.resolve, next.reject);
    }
  }

  #giveUpInTime(): void {
    const [first] = this.#waiting;
    if (first === undefined || first.until === Number.POSITIVE_INFINITY || this.#givingUp !== undefined) return;
    this.#givingUp = setTimeout(() => {
      this.#givingUp = undefined;
      const now = performance.now();
      while (this.#waiting[0] !== undefined && this.#waiting[0].until <= now) {
        this.#waiting.shift()?.reject(new PoolBusy("No connection came free in time."));
      }
      this.#giveUpInTime();
    }, first.until - performance.now()).unref();
  }
}
