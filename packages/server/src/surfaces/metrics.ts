import type { ExecutionResult, OperationTypeNode } from "graphql";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What a server counts of itself. The registry is its own: two servers in one process do not mix. */
export interface Measures {
  /** Counts and times one operation. */
  operation<Result extends Pick<ExecutionResult, "errors">>(
    transport: string,
    type: OperationTypeNode,
    run: () => Promise<Result>,
  ): Promise<Result>;
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

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the measures of one server. */
export function createMeasures({ feedSilence }: Asked): Measures {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({
    name: "xianmai_operations_total",
    help: "GraphQL operations by transport, type and outcome",
    labelNames: ["transport", "type", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "xianmai_operation_seconds",
    help: "How long GraphQL operations took",
    labelNames: ["transport", "type"],
    buckets: BUCKETS,
    registers,
  });
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
  const measured = new Map<
    string,
    { readonly seconds: Histogram.Internal<string>; readonly ok: Counter.Internal; readonly errors: Counter.Internal }
  >();
  const measuresOf = (transport: string, type: OperationTypeNode) => {
    const key = `${transport} ${type}`;
    const made = measured.get(key) ?? {
      seconds: seconds.labels({ transport, type }),
      ok: operations.labels({ transport, type, outcome: "ok" }),
      errors: operations.labels({ transport, type, outcome: "errors" }),
    };
    measured.set(key, made);
    return made;
  };
  return {
    operation: async (transport, type, run) => {
      const own = measuresOf(transport, type);
      const stop = own.seconds.startTimer();
      const result = await run();
      stop();
      (result.errors === undefined ? own.ok : own.errors).inc();
      return result;
    },
    statements,
    sockets,
    subscriptions,
    jobRuns,
    text: async () => registry.metrics(),
    contentType: registry.contentType,
  };
}
