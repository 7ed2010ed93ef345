import type { CalendarDate, Clock, Instant, Viewer } from "@xianmai/plugin-api";

import type { GrowingReadSet } from "../reads/read-set.ts";

/** A viewer that tells when somebody asks for the official behind it. */
export function watchedViewer(viewer: Viewer, reads: GrowingReadSet): Viewer {
  return {
    role: viewer.role,
    units: viewer.units,
    get user() {
      reads.perUser = true;
      return viewer.user;
    },
    may: (permission) => viewer.may(permission),
  };
}

/** A clock that tells until when what it said will hold. */
export function watchedClock(clock: Clock, reads: GrowingReadSet): Clock {
  return {
    timeZone: clock.timeZone,
    demo: clock.demo,
    now: () => {
      const now = clock.now();
      reads.changesAt(now);
      return now;
    },
    today: () => {
      const today = clock.today();
      reads.changesAt(endOf(today, clock.now(), clock.timeZone));
      return today;
    },
    until: (at) => {
      const ahead = clock.until(at);
      if (ahead) reads.changesAt(at);
      return ahead;
    },
  };
}

/** The first moment of the next day in the clock's time zone. A day has at most 25 hours, and begins on a whole minute. */
function endOf(today: CalendarDate, now: Instant, timeZone: string): Instant {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone });
  const minute = 60_000;
  let low = Math.floor(Date.parse(now) / minute);
  let high = low + 26 * 60;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (day.format(middle * minute) === today) low = middle;
    else high = middle;
  }
  return new Date(high * minute).toISOString() as Instant;
}
