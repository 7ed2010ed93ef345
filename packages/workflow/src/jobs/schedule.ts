import { Cron } from "croner";
import type { CronMatcher } from "graphile-worker";

/** When a job runs by itself. */
export interface Schedule {
  /** The first time after a moment; `undefined` where there is none. */
  next(after: Date): Date | undefined;
  /** Whether a minute of UTC, as graphile-worker tells it, is one of its times. */
  readonly matches: CronMatcher;
  /** Whether at least an hour lies between two of its times. */
  readonly sparse: boolean;
}

const HOUR = 3_600_000;
/** How many distances between its times tell whether a schedule is sparse. */
const LOOKED_AT = 5;

/**
 * Reads a schedule: minute, hour, day, month, weekday, in a time zone.
 *
 * @param now from when on it must have a time
 * @throws Error saying what is wrong with it
 */
export function readSchedule(text: string, timeZone: string, now: Date): Schedule {
  const cron = new Cron(text, { timezone: timeZone, mode: "5-part", paused: true });
  const times = cron.nextRuns(LOOKED_AT, now);
  if (times.length === 0) throw new Error("It has no time to come.");
  return {
    next: (after) => cron.nextRun(after) ?? undefined,
    matches: (minute) => {
      const moment = momentOf(minute, now.getUTCFullYear());
      return moment !== undefined && cron.match(moment);
    },
    sparse: times.every((time, at) => at === 0 || time.getTime() - (times[at - 1]?.getTime() ?? 0) >= HOUR),
  };
}

/** The longest that a server runs, in years, while a schedule that was read at its start must know the year. */
const LONGEST_RUN = 5;

/** graphile-worker tells a minute without its year: the weekday tells it, among years so close to each other. */
function momentOf({ min, hour, date, month, dow }: Parameters<CronMatcher>[0], year: number): Date | undefined {
  for (const away of [0, 1, -1, ...Array.from({ length: LONGEST_RUN - 1 }, (_, more) => more + 2)]) {
    const moment = new Date(Date.UTC(year + away, month - 1, date, hour, min));
    if (moment.getUTCMonth() === month - 1 && moment.getUTCDay() === dow) return moment;
  }
  return undefined;
}
