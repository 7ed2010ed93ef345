import type { EntityManager } from "@mikro-orm/core";

import type { Clock } from "./clock.ts";
import type { ReadContext } from "./context.ts";
import type { Enqueue } from "./enqueue.ts";
import type { Label } from "./label.ts";

/** The database inside a transaction of a job: every row of the county, written in the name of the job. */
export interface JobTransaction {
  /** MikroORM; what it changed is written before the transaction is committed. */
  readonly em: EntityManager;
  /** A kysely that reads the tables of the named entities, as in a resolver. */
  readonly db: ReadContext["db"];
  readonly enqueue: Enqueue;
}

/** Runs `work` in a transaction: committed when it resolves, undone when it throws. */
export type Transact = <Result>(work: (transaction: JobTransaction) => Promise<Result>) => Promise<Result>;

/** Where a job notes what is of interest to whoever operates the server: a name of what happened, and figures. Never secrets. */
export interface JobLog {
  info(event: string, details?: Readonly<Record<string, unknown>>): void;
  warn(event: string, details?: Readonly<Record<string, unknown>>): void;
  error(event: string, details?: Readonly<Record<string, unknown>>): void;
}

/** What a job is given beside its payload. */
export interface JobContext {
  /** The platform's time: of a demo that of its data. */
  readonly clock: Clock;
  /** Which attempt it is, from 1 on. */
  readonly attempt: number;
  /** Aborted when the server stops and when the job has taken too long: stop soon, by throwing. What is not finished is undone, and tried again. */
  readonly signal: AbortSignal;
  readonly log: JobLog;
  /**
   * The transaction that finishes the job: what it writes and that the job is done are committed together, so that it is written exactly once,
   * whatever is killed when. A job has one of these; a second is refused.
   *
   * @throws Refusal JOB_FINISHED, and whatever `work` throws
   */
  readonly transaction: Transact;
  /** A transaction on the way there: a portion of much work. A job that is tried again comes past it again. */
  readonly portion: Transact;
}

/** The most minutes that a job may take. */
export const LONGEST_JOB = 180;

/** How a job is declared. */
export interface JobDeclaration extends Label {
  /**
   * When it is done by itself: minute, hour, day, month, weekday as cron writes them, in the county's time zone: `"0 3 * * *"` is three in the
   * morning. Its payload is then `{}`. Where several servers run, one of them does it.
   */
  readonly schedule?: string;
  /** How often it is tried before it counts as failed, 5 unless given: again after 3 seconds, 7, 20, 55, 2 minutes, 7, 18, 50, 2 hours, 6 and so on. */
  readonly attempts?: number;
  /** Minutes after which its signal is aborted, 10 unless given, at most 180. */
  readonly minutes?: number;
}

/** A declared job. */
export interface Job<Payload = unknown> {
  /** Named after its plugin: `projects.nightly`. */
  readonly name: string;
  readonly label: Label;
  readonly schedule: string | undefined;
  readonly attempts: number;
  readonly minutes: number;
  run(payload: Payload, context: JobContext): Promise<void>;
}

/** The attempts of a job that does not say. */
const ATTEMPTS = 5;
/** The minutes of a job that does not say. */
const MINUTES = 10;

/**
 * Declares a job (后台任务): work that nobody waits for. It is queued with `enqueue`, in the transaction whose data it is about, or runs by a schedule.
 * Nothing is checked here: composition checks it beside the others.
 *
 * @param name named after its plugin: `projects.nightly`
 * @param run does it; throws where it failed, and is tried again then
 */
export function job<Payload = Readonly<Record<string, never>>>(
  name: string,
  { schedule, attempts = ATTEMPTS, minutes = MINUTES, ...label }: JobDeclaration,
  run: (payload: Payload, context: JobContext) => Promise<void>,
): Job<Payload> {
  return Object.freeze({ name, label, schedule, attempts, minutes, run });
}
