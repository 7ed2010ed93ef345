import type { OperationTypeNode } from "graphql";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

import { NotedOperations } from "./noted-operations.ts";

/** How an operation ended. */
export type Outcome = "ok" | "errors";

/** What a server counts of itself. The registry is its own: two servers in one process do not mix. */
export interface Measures {
  /** Counts an operation. @param took milliseconds */
  operation(transport: string, type: OperationTypeNode, took: number, outcome: Outcome): void;
  /** Statements sent to PostgreSQL. */
  readonly statements: Counter;
  /** Open sockets. */
  readonly sockets: Gauge;
  /** Subscriptions that are being followed. */
  readonly subscriptions: Gauge;
  /** Attempts of jobs that ended, by job and outcome. */
  readonly jobRuns: Counter<"job" | "outcome">;
  /** The page that Prometheus reads. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** What is asked of others at the moment at which Prometheus reads. */
export interface Asked {
  /** Milliseconds since the change feed was read to its end. */
  readonly feedSilence: () => number;
}

/** Makes the measures of one server. */
export function createMeasures({ feedSilence }: Asked): Measures {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const noted = new NotedOperations(registers);
  const statements = new Counter({ name: "xianmai_statements_total", help: "Statements sent to PostgreSQL for operations", registers });
  const sockets = new Gauge({ name: "xianmai_websocket_connections", help: "Open WebSocket connections", registers });
  const subscriptions = new Gauge({ name: "xianmai_subscriptions", help: "Subscriptions that are being followed", registers });
  const jobRuns = new Counter({
    name: "xianmai_job_runs_total",
    help: "Attempts of jobs that ended, by outcome",
    labelNames: ["job", "outcome"],
    registers,
  });
  new Gauge({
    name: "xianmai_feed_silence_seconds",
    help: "Seconds since the change feed was read to its end",
    registers,
    collect() {
      this.set(feedSilence() / 1000);
    },
  });
  return {
    operation: (transport, type, took, outcome) => noted.note(transport, type, took, outcome),
    statements,
    sockets,
    subscriptions,
    jobRuns,
    text: async () => registry.metrics(),
    contentType: registry.contentType,
  };
}
