import {
  checkRowSecurity,
  createReadPool,
  createWritePool,
  openFeed,
  type Settings,
  type Statement,
  type StatementResult,
} from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import { createEventSource, createTail, type Tail } from "@xianmai/live";
import type { Clock } from "@xianmai/plugin-api";
import { createExecutor, createOrm } from "@xianmai/query";
import { openJobBook } from "@xianmai/workflow";
import type { Logger } from "pino";

import { runAlerts } from "./alerts/run-alerts.ts";
import { createViewers } from "./access/viewers.ts";
import type { Composition } from "./composition/compose.ts";
import { clockFor, loadedDataSet } from "./demo/data-set.ts";
import { serveFiles } from "./files/serve-files.ts";
import type { DocumentSettings } from "./config/config.ts";
import { runJobs } from "./jobs/run-jobs.ts";
import { keepRecords } from "./records/keep-records.ts";
import { exportRoute } from "./exports/export-route.ts";
import type { ErrorLog } from "./requests/errors.ts";
import { registerDocuments } from "./requests/documents/registered.ts";
import { createGate } from "./requests/gate.ts";
import { DEFAULT_SERVER_LIMITS, poolLimits, type ServerLimits } from "./requests/limits/server-limits.ts";
import { createOperations } from "./requests/operations.ts";
import { pageDocuments } from "./surfaces/page-documents.ts";
import { createMeasures } from "./surfaces/metrics.ts";
import { startApollo, type ApolloPlugin } from "./transport/apollo.ts";
import { createDocuments } from "./transport/documents.ts";
import { serveSockets } from "./transport/graphql-ws.ts";
import { listen } from "./transport/http-server.ts";
import { routesOf } from "./transport/routes.ts";

/** A server that answers. */
export interface RunningServer {
  /** `http://localhost:4000` */
  readonly url: string;
  readonly port: number;
  /** Resolves when subscribers follow from behind whatever was committed before the call. */
  caughtUp(): Promise<void>;
  /** Resolves when alerts and inboxes are what everything that was committed before the call, and the time, want. */
  settled(): Promise<void>;
  /** Takes no more requests, finishes those under way (within ten seconds), tells every socket to come back, closes the connections to PostgreSQL. */
  stop(): Promise<void>;
}

/** What a server is started with. */
export interface ServerOptions {
  readonly composition: Composition;
  /** Migrated already. */
  readonly postgres: Pick<Postgres, "app">;
  /** 0 takes any port that is free. */
  readonly port: number;
  readonly log: Logger;
  /** The time. Unless given, that of the invented data where it was loaded, else the machine's. */
  readonly clock?: Clock;
  /** Whether a request may name its viewer (`x-xianmai-viewer`): for development and tests, on this machine. One that does is refused otherwise. */
  readonly devViewers?: boolean;
  /** Where files are kept, where any entity has some. */
  readonly dataFolder?: string | undefined;
  /** Days for which the change feed is kept at least; for ever unless given. */
  readonly keepFeedDays?: number | undefined;
  /** Days for which runs of jobs that ended are kept; 30 unless given. */
  readonly keepJobDays?: number | undefined;
  /** By the names of channels what the county says of each; messages leave on these. */
  readonly channels?: Readonly<Record<string, unknown>> | undefined;
  /** What goes before the limits that hold otherwise. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /** Documents that are registered, beside those of the platform's own pages: files by absolute paths. */
  readonly documents?: DocumentSettings | undefined;
  /** Plugins of Apollo Server's own, such as a tracer's. While one listens to requests, each goes all the way through Apollo. */
  readonly apolloPlugins?: readonly ApolloPlugin[];
}

/** Connections for reading; a batch holds one for a round trip. */
const READERS = 6;
/** Connections for writing; a mutation holds one from its first statement to its answer. */
const WRITERS = 4;
/** Milliseconds between two readings of the change feed. */
const BETWEEN_POLLS = 50;
/** Days for which runs of jobs that ended are kept. */
const KEEP_JOB_DAYS = 30;
/** How long whatever is under way may take when the server is told to stop. */
const LONGEST_STOP = 10_000;

/**
 * Serves a composition. PostgreSQL may go away and come back meanwhile: requests then answer so, and all goes on by itself.
 *
 * @throws Refusal FILES_FOLDER_MISSING, PORT_TAKEN and the like, DATABASE_APP_ROLE_UNSAFE, ROW_SECURITY_OFF, DOCUMENT_INVALID and the like; nothing is left open then
 */
export async function startServer({
  composition,
  postgres,
  port,
  log,
  clock,
  devViewers = false,
  dataFolder,
  keepFeedDays,
  keepJobDays = KEEP_JOB_DAYS,
  channels = {},
  limits: given = {},
  documents: documentSettings = {},
  apolloPlugins = [],
}: ServerOptions): Promise<RunningServer> {
  const { schema, types, model, plugins, timeZone } = composition;
  const errorLog: ErrorLog = (error, id) => log.error({ err: error, id }, "unexpected error");
  const limits = { ...DEFAULT_SERVER_LIMITS, ...given };
  const { statementSeconds } = limits;
  const registered = registerDocuments(schema, documentSettings.files ?? [], pageDocuments());
  const gate = createGate({ schema, limits, registered, only: documentSettings.only === true });
  await checkRowSecurity(postgres.app);
  const undo = new AsyncDisposableStack();
  try {
    const readPool = createReadPool(postgres.app, { size: READERS, ...poolLimits(limits) });
    undo.defer(async () => readPool.close());
    const writePool = createWritePool(postgres.app, { size: WRITERS, ...poolLimits(limits) });
    undo.defer(async () => writePool.close());
    const read = async (settings: Settings, statements: readonly Statement[]): Promise<readonly StatementResult[]> =>
      readPool.batch(settings, statements);
    const readAll = async (statements: readonly Statement[]): Promise<readonly StatementResult[]> => read({ role: "xm_all" }, statements);

    const tail = await followFeed(postgres.app, log);
    undo.defer(async () => tail.stop());
    const records = keepRecords({ pool: writePool, tail, log, keepFeedDays });
    undo.defer(async () => records.stop());
    const dataSet = await loadedDataSet(readAll);
    const viewers = createViewers({ model, plugins, readAll }, devViewers, statementSeconds);
    const files = serveFiles({ model, dataFolder, readPool, writePool, viewers, log });
    undo.defer(async () => files?.stop());
    const surroundings = {
      clock: clock ?? clockFor(dataSet, timeZone),
      demo: dataSet?.label,
      events: createEventSource(tail, read),
      jobs: openJobBook({ read, pool: writePool }),
      viewers,
      files: files?.storage,
    };

    const alerts = runAlerts({ composition, app: postgres.app, tail, clock: surroundings.clock, log, channels });
    undo.defer(async () => alerts.stop());

    const measures = createMeasures({ feedSilence: () => tail.silence() });
    const orm = createOrm({ model, app: postgres.app });
    undo.defer(async () => orm.close());
    const jobs = runJobs({ composition, app: postgres.app, orm, clock: surroundings.clock, log, measures, channels, keepJobDays });
    undo.defer(async () => jobs.stop(LONGEST_STOP));
    const executor = createExecutor({
      schema,
      types,
      readPool,
      writePool,
      orm,
      observe: ({ statements }) => measures.statements.inc(statements),
    });
    const operations = createOperations({ executor, gate, statementSeconds, measures, log: errorLog });
    const documents = createDocuments(schema);
    const apollo = await startApollo({ schema, documents, operations, plugins: apolloPlugins, log, errorLog });
    undo.defer(async () => apollo.server.stop());

    const sockets = serveSockets({ schema, documents, operations, gate, surroundings, measures, log });
    const health = { pool: readPool, tail, plugins, records, jobs, accepting: () => operations.accepting };
    const exports = exportRoute({ model, readPool, executor, statementSeconds, ...surroundings });
    const workbooks = { schema, model, readPool, operations, gate, statementSeconds };
    const graphql = { apollo, documents, operations, surroundings, gate, workbooks };
    const route = routesOf({ graphql, plugins, measures, health, files, exports });
    const http = await listen({ port, route, sockets, log });
    undo.defer(async () => {
      await within(LONGEST_STOP, Promise.all([operations.close(), http.drain(), sockets.drain(), jobs.stop(LONGEST_STOP)]));
      await sockets.close();
      await http.close();
    });
    const opened = undo.move();
    let stopped: Promise<void> | undefined;
    return {
      url: `http://localhost:${http.port}`,
      port: http.port,
      caughtUp: async () => tail.caughtUp(),
      settled: async () => alerts.settled(),
      stop: async () => (stopped ??= opened.disposeAsync()),
    };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

/** Follows the change feed: the first reading must succeed, later ones are tried again for as long as it takes. */
async function followFeed(app: Postgres["app"], log: Logger): Promise<Tail> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const tail = createTail({
    open: async () => openFeed(app),
    every: BETWEEN_POLLS,
    onError: (error) => {
      log.warn({ err: error }, "the change feed cannot be read, trying again");
      failed.reject(error);
    },
  });
  try {
    await Promise.race([tail.ready(), failed.promise]);
    return tail;
  } catch (error) {
    await tail.stop();
    throw error;
  }
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => late.resolve(), milliseconds);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}
