// A node of its own: does the jobs of the test plugin until it is told to stop, or killed. Said on its command line: how, as JSON.
import { setTimeout as pause } from "node:timers/promises";

import type { ConnectionSettings } from "@xianmai/database/postgres";
import { job, systemClock } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";
import { createOrm } from "@xianmai/query";

import { startJobs } from "../../src/jobs/worker.ts";
import { Tally, talliesWith } from "./tallies.ts";

/** How a node is started. */
export interface NodeOptions {
  readonly app: ConnectionSettings;
  /** Told apart in what it writes. */
  readonly name: string;
  readonly lease: number;
}

const options = JSON.parse(process.argv[2] ?? "") as NodeOptions;

/** Writes a line, taking its time before and after, on one node or on all. */
const slow = job<{ readonly line: string; readonly milliseconds: number; readonly on?: string }>(
  "tallies.slow",
  { zh: "慢慢写一行", en: "Write a line slowly" },
  async ({ line, milliseconds, on = options.name }, { transaction, signal }) =>
    transaction(async ({ em }) => {
      await pause(on === options.name ? milliseconds : 0, undefined, { signal });
      em.persist(em.create(Tally, { line } as never));
      await em.flush();
      await pause(on === options.name ? milliseconds : 0, undefined, { signal });
    }),
);

const hourly = job("tallies.hourly", { zh: "每小时", en: "Every hour", schedule: "0 * * * *" }, async (_payload, { transaction }) =>
  transaction(async ({ em }) => {
    em.persist(em.create(Tally, { line: `hourly ${options.name}` } as never));
  }),
);

const plugin = talliesWith(slow as never, hourly as never);
const model = buildModel([plugin]);
const note = (details: object, event: string): void => void process.stderr.write(`${options.name} ${event} ${JSON.stringify(details)}\n`);
const jobs = startJobs({
  jobs: plugin.jobs,
  app: options.app,
  orm: createOrm({ model, app: options.app }),
  clock: systemClock("Asia/Shanghai"),
  timeZone: "Asia/Shanghai",
  log: { debug: () => undefined, info: note, warn: note, error: note },
  keepDays: 1,
  lease: options.lease,
});
process.on("SIGTERM", () => void jobs.stop(5_000).then(() => process.exit(0)));
process.stdout.write("started\n");
