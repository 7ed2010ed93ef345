import type { Postgres } from "@xianmai/database/postgres";
import type { Clock } from "@xianmai/plugin-api";
import type { Orm } from "@xianmai/query";
import { channelJobs, configuredChannels, startJobs, type RunningJobs } from "@xianmai/workflow";
import type { Logger } from "pino";

import type { Composition } from "../composition/compose.ts";
import type { Measures } from "../surfaces/metrics.ts";

/** What jobs are done with, beside what is composed. */
export interface RunJobsParts {
  readonly composition: Pick<Composition, "plugins" | "timeZone">;
  readonly app: Postgres["app"];
  readonly orm: Orm;
  readonly clock: Clock;
  readonly log: Logger;
  readonly measures: Measures;
  /** By the names of channels what the county says of each. */
  readonly channels: Readonly<Record<string, unknown>>;
  /** Days for which runs that ended are kept. */
  readonly keepJobDays: number;
}

/** Does the jobs of the plugins and those by which messages leave. @throws Refusal CHANNEL_UNKNOWN, CHANNEL_SETTINGS_INVALID */
export function runJobs({ composition, app, orm, clock, log, measures, channels, keepJobDays }: RunJobsParts): RunningJobs {
  const { plugins, timeZone } = composition;
  const configured = configuredChannels(plugins, channels);
  return startJobs({
    jobs: [...plugins.flatMap(({ jobs }) => jobs), ...channelJobs(configured)],
    app,
    orm,
    clock,
    timeZone,
    log,
    keepDays: keepJobDays,
    onEnd: (job, outcome) => measures.jobRuns.inc({ job, outcome }),
  });
}
