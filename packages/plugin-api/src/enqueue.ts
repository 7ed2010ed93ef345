import type { Instant } from "./values.ts";

/** What of a job is known where it is queued. */
export interface Enqueueable<Payload> {
  readonly name: string;
  readonly attempts: number;
  run(payload: Payload, context: never): Promise<void>;
}

/** When a queued job is done, and which other it replaces. */
export interface EnqueueOptions {
  /** A job that still waits under the same key is replaced by this one; one that runs already is not. 1 to 512 characters. */
  readonly key?: string;
  /** Not before this moment, by the machine's clock; at once unless given. */
  readonly runAt?: Instant;
}

/**
 * Queues a job in the running transaction: it is done once what the transaction wrote is committed, and never if it is undone.
 *
 * @param payload what the job is given, as JSON carries it
 */
export type Enqueue = <Payload>(job: Enqueueable<Payload>, payload: NoInfer<Payload>, options?: EnqueueOptions) => Promise<void>;
