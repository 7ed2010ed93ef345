import { Counter, Histogram, type Registry } from "prom-client";

import type { Outcome } from "./metrics.ts";

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** So many are noted before they are counted. */
const MOST = 1000;

/** Operations of one kind that were noted and not counted yet. */
interface Noted {
  readonly seconds: number[];
  readonly outcomes: Record<Outcome, number>;
  /** Counts them. */
  readonly count: () => void;
}

/**
 * Counts and times operations: each is noted, and all are counted when somebody reads, or when there are many. To count one by itself costs as much
 * as to read a row.
 */
export class NotedOperations {
  readonly #kinds = new Map<string, Map<string, Noted>>();
  readonly #operations: Counter;
  readonly #seconds: Histogram;

  constructor(registers: Registry[]) {
    const collect = (): void => {
      for (const types of this.#kinds.values()) for (const { count } of types.values()) count();
    };
    this.#operations = new Counter({
      name: "xianmai_operations_total",
      help: "GraphQL operations by transport, type and outcome",
      labelNames: ["transport", "type", "outcome"],
      registers,
      collect,
    });
    this.#seconds = new Histogram({
      name: "xianmai_operation_seconds",
      help: "How long GraphQL operations took",
      labelNames: ["transport", "type"],
      buckets: BUCKETS,
      registers,
      collect,
    });
  }

  /** Notes one. @param took milliseconds */
  note(transport: string, type: string, took: number, outcome: Outcome): void {
    const noted = this.#kinds.get(transport)?.get(type) ?? this.#kind(transport, type);
    noted.outcomes[outcome] += 1;
    if (noted.seconds.push(took / 1000) >= MOST) noted.count();
  }

  #kind(transport: string, type: string): Noted {
    const types = this.#kinds.get(transport) ?? new Map<string, Noted>();
    this.#kinds.set(transport, types);
    const timed = this.#seconds.labels({ transport, type });
    const ended = {
      ok: this.#operations.labels({ transport, type, outcome: "ok" }),
      errors: this.#operations.labels({ transport, type, outcome: "errors" }),
    };
    const seconds: number[] = [];
    const outcomes = { ok: 0, errors: 0 };
    const count = (): void => {
      for (const one of seconds) timed.observe(one);
      seconds.length = 0;
      for (const outcome of ["ok", "errors"] as const) {
        if (outcomes[outcome] > 0) ended[outcome].inc(outcomes[outcome]);
        outcomes[outcome] = 0;
      }
    };
    const noted = { seconds, outcomes, count };
    types.set(type, noted);
    return noted;
  }
}
