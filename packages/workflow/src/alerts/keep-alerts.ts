import { setTimeout as delay } from "node:timers/promises";

import type { Change } from "@xianmai/database";
import type { CalendarDate, Instant } from "@xianmai/plugin-api";

import type { AlertRule } from "./alert-rules.ts";
import { Backlog, type Rows } from "./backlog.ts";
import { clearForgotten, clockedRows, evaluateClocks, evaluateDeclared, type Evaluation } from "./evaluate.ts";
import { NextMoments } from "./next-moments.ts";

/** Keeps the alerts of a database as they should be, for as long as it runs. */
export interface AlertKeeper {
  /** Rows were changed: what they may bring about is looked at. Never throws. */
  changed(changes: readonly Pick<Change, "table" | "keys" | "references">[]): void;
  /** It is unknown what was changed: everything is looked at. */
  reset(): void;
  /** Resolves when the alerts are what the changes told of so far and the time at the call want. */
  settled(): Promise<void>;
  /** Leaves what is under way undone: the next start looks at everything. */
  stop(): Promise<void>;
}

/** What a keeper is started with. */
export interface AlertKeeperOptions extends Evaluation {
  readonly rules: readonly AlertRule[];
  /** Hears of what could not be evaluated; it is tried again by itself. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between two looks at the time. */
const BETWEEN_LOOKS = 250;
/** Milliseconds before what failed is tried again. */
const PAUSE = 1000;

/**
 * Starts a keeper: first everything is looked at, then what changes and what comes due. Several nodes may keep the alerts of one database; they take
 * turns, and whichever comes second finds nothing to do.
 */
export function keepAlerts({ rules, onError, ...options }: AlertKeeperOptions): AlertKeeper {
  const { clock, model } = options;
  const stopping = new AbortController();
  const evaluation = { ...options, signal: stopping.signal };
  const backlog = new Backlog<AlertRule>();
  const moments = new Map(rules.map((rule) => [rule, new NextMoments()]));
  const days = new Map<AlertRule, CalendarDate>();
  const calendar = new Set(model.calendar === undefined ? [] : [model.calendar.day.table, model.calendar.schedule.table]);
  let waiting: (() => void)[] = [];
  // what was raised by rules that are gone is cleared once
  let isTidy = false;
  let lookedAt: Instant | undefined;
  let wake = (): void => undefined;

  function reset(): void {
    for (const rule of rules) backlog.add(rule, "all");
    wake();
  }

  /** A rule hears of the rows themselves by their keys, of what refers to a row by that row; of anything else that it looks at, as a whole. */
  function changed(changes: readonly Pick<Change, "table" | "keys" | "references">[]): void {
    for (const { table, keys, references } of changes) {
      for (const rule of rules) {
        if (rule.entity.table === table) backlog.add(rule, keys);
        if (looksAt(rule, table)) backlog.add(rule, "all");
        if (rule.kind === "clocks" && isAbout(rule, table)) backlog.add(rule, references);
      }
    }
    wake();
  }

  function looksAt(rule: AlertRule, table: string): boolean {
    if (rule.kind === "declared") return rule.looksAt.has(table);
    return calendar.has(table) || rule.concerned.looksAt.includes(table);
  }

  /** What the clocks of rows are read with beside the rows, such as the more time that was approved. */
  function isAbout({ entity }: AlertRule, table: string): boolean {
    return entity.inverses.some(({ entity: other, column }) => column.kind === "subject" && other.table === table && !OWN.has(table));
  }

  /** Puts what the time has brought on the backlog. */
  function look(): void {
    const now = clock.now();
    // a clock that was put back makes undone what was due
    if (lookedAt !== undefined && now < lookedAt) reset();
    lookedAt = now;
    for (const rule of rules) {
      const day = days.get(rule);
      if (day !== undefined && day !== clock.today()) backlog.add(rule, "all");
      backlog.add(rule, moments.get(rule)?.due(now) ?? []);
    }
  }

  async function evaluate(rule: AlertRule, rows: Rows): Promise<void> {
    if (rule.kind === "declared") {
      const today = clock.today();
      await evaluateDeclared(evaluation, rule, rows === "all" ? null : [...rows]);
      if (rule.find(clock).byDay) days.set(rule, rows === "all" ? today : (days.get(rule) ?? today));
      return;
    }
    const next = moments.get(rule);
    const keys = rows === "all" ? await clockedRows(evaluation, rule) : [...rows];
    await evaluateClocks(evaluation, rule, keys, (key, at) => next?.set(key, at));
  }

  /** @returns whether all went well */
  async function workOff(): Promise<boolean> {
    let well = true;
    try {
      if (!isTidy)
        await clearForgotten(
          evaluation,
          rules.flatMap(({ names }) => names),
        );
      isTidy = true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      well = false;
      onError(error);
    }
    for (const [rule, rows] of backlog.take()) {
      try {
        if (stopping.signal.aborted) return well;
        await evaluate(rule, rows);
      } catch (error) {
        if (stopping.signal.aborted) return well;
        backlog.add(rule, rows);
        well = false;
        onError(error);
      }
    }
    return well;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const asked = waiting;
      waiting = [];
      look();
      if (backlog.isEmpty) {
        for (const resolve of asked) resolve();
        await rest();
        continue;
      }
      const well = await workOff();
      waiting.unshift(...asked);
      if (!well) await delay(PAUSE, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    for (const resolve of waiting) resolve();
  }

  async function rest(): Promise<void> {
    if (waiting.length > 0 || !backlog.isEmpty) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, BETWEEN_LOOKS);
    await promise;
    clearTimeout(timer);
  }

  reset();
  const running = run();
  return {
    changed,
    reset,
    settled: async () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        wake();
      }),
    stop: async () => {
      stopping.abort();
      wake();
      await running;
    },
  };
}

/** What alerts themselves are written to: told of it they would look at what they have just looked at. */
const OWN: ReadonlySet<string> = new Set(["alert", "inbox_item"]);
