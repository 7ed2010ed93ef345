import type { ConnectionSettings } from "@xianmai/database/postgres";
import type { Clock, Plugin } from "@xianmai/plugin-api";
import { compose, startServer, type RunningServer } from "@xianmai/server";
import { pino } from "pino";

import { withMigrations } from "./with-migrations.ts";

/** What a server of a test is started with. */
export interface TestServerOptions {
  /** The plugins, as those had them who migrated the database. */
  readonly plugins: readonly Plugin[];
  /** The application's login. */
  readonly app: ConnectionSettings;
  readonly clock: Clock;
}

/** Starts one more server on a migrated database, on a free port: for what several nodes do beside each other, and for those that are killed. What goes wrong in it is printed. */
export async function startTestServer({ plugins, app, clock }: TestServerOptions): Promise<RunningServer> {
  const composition = await compose(withMigrations(plugins));
  const log = pino({ level: "error" }, pino.destination(2));
  return startServer({ composition, postgres: { app }, port: 0, log, clock, devViewers: true });
}
