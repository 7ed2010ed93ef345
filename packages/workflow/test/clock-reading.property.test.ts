import fc from "fast-check";
import { expect, test } from "vitest";

import type { Instant, StageClock, TimeUnit } from "@xianmai/plugin-api";

import type { ClockCourse } from "../src/clock-course.ts";
import { nextMoment, readClock, type ClockReading } from "../src/clock-reading.ts";
import type { Granted } from "../src/deadlines/extension-rows.ts";
import { workingTime } from "../src/time/working-time.ts";
import { county } from "./time/county.ts";

const time = workingTime(county());
const MINUTE = 60_000;
const at = (minute: number): Instant => new Date(Date.parse("2023-01-10T00:00:00+08:00") + minute * MINUTE).toISOString() as Instant;
const minute = fc.integer({ min: 0, max: 40 * 1440 });

/** A clock, and how it ran: with pauses, of which the last may go on. */
const course: fc.Arbitrary<ClockCourse> = fc
  .record({
    unit: fc.constantFrom<TimeUnit>("workingDays", "workingHours", "days", "hours"),
    amount: fc.integer({ min: 2, max: 12 }),
    began: minute,
    pauses: fc.array(
      fc.tuple(minute, fc.integer({ min: 0, max: 6 * 1440 })).map(([from, long]) => ({ from: at(from), until: at(from + long) })),
      { maxLength: 2 },
    ),
    stops: fc.option(minute, { nil: undefined, freq: 3 }),
  })
  .map(({ unit, amount, began, pauses, stops }) => ({
    since: at(began),
    state: "A",
    clock: { [unit]: amount, warn: 1, escalate: [1, 3], extend: { most: 30, ask: "ask", approve: "approve" } } as unknown as StageClock,
    began: at(began),
    pauses: [...pauses, ...(stops === undefined ? [] : [{ from: at(stops) }])],
  }));
const amounts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });

const grantedTo = ({ state, began }: ClockCourse, given: readonly number[]): readonly Granted[] =>
  given.map((amount) => ({ state: state!, began, amount }));
const sum = (given: readonly number[]): number => given.reduce((total, one) => total + one, 0);
const momentsOf = ({ due, warning, escalations }: ClockReading) => ({ due, warning, escalations });

test("what is approved bit by bit, in any order, makes a clock as long as if it had been declared so", () => {
  fc.assert(
    fc.property(course, amounts, (one, given) => {
      const { clock } = one;
      const [unit, amount] = Object.entries(clock!).find(([name]) => !["warn", "escalate", "extend"].includes(name))!;
      const longer = { ...clock, [unit]: (amount as number) + sum(given) } as unknown as StageClock;
      const asDeclared = momentsOf(readClock({ ...one, clock: longer }, time, []));
      expect(momentsOf(readClock(one, time, grantedTo(one, given)))).toEqual(asDeclared);
      expect(momentsOf(readClock(one, time, grantedTo(one, given.toReversed())))).toEqual(asDeclared);
      expect(momentsOf(readClock(one, time, grantedTo(one, [sum(given)])))).toEqual(asDeclared);
    }),
  );
});

test("the more is approved, the later is all that a clock tells; what was approved for another run changes nothing", () => {
  fc.assert(
    fc.property(course, amounts, minute, (one, given, elsewhere) => {
      const plain = readClock(one, time, []);
      const more = readClock(one, time, grantedTo(one, [...given, 1]));
      const later = (a: Instant | undefined, b: Instant | undefined): boolean => b === undefined || (a !== undefined && a < b);
      expect(later(plain.due, more.due)).toBe(true);
      expect(later(plain.warning, more.warning)).toBe(true);
      expect(more.escalations.every((moment, level) => later(plain.escalations[level], moment))).toBe(true);
      const others: readonly Granted[] = [
        { state: "B", began: one.began, amount: 3 },
        { state: "A", began: at(elsewhere + 41 * 1440), amount: 3 },
      ];
      expect(momentsOf(readClock(one, time, others))).toEqual(momentsOf(plain));
    }),
  );
});

test("warning, end and levels follow each other, and the next moment is the first of them that is to come", () => {
  fc.assert(
    fc.property(course, amounts, minute, (one, given, now) => {
      const reading = readClock(one, time, grantedTo(one, given));
      const moments = [reading.warning, reading.due, ...reading.escalations].filter((moment) => moment !== undefined);
      expect(moments).toEqual(moments.toSorted());
      expect(nextMoment(reading, at(now))).toBe(moments.find((moment) => moment > at(now)));
    }),
  );
});
