import { dateOf, day, monthEnd, outOfWinter, type Day } from "./calendar.ts";
import type { Chance } from "./random.ts";

/** The day on which the table was last filled in. */
const REPORTED: Day = day("2023-11-20");

/** The stage as the table writes it. */
type StageText = "已入库" | "前期手续" | "已开工" | "在建" | "已竣工" | "已投产" | "停工";

/** When a project starts and ends, and how far it is. */
export interface Schedule {
  readonly batch: number | undefined;
  readonly deadline: Day | undefined;
  readonly plannedStart: Day;
  readonly actualStart: Day | undefined;
  readonly plannedCompletion: Day;
  readonly stage: StageText;
}

/** How a new start went: what the table is read for. */
export type Course = "early" | "on time" | "late" | "waiting";

interface Batch {
  readonly first: Day;
  /** Start deadlines of the quarter: most projects have the last one. */
  readonly deadlines: readonly Day[];
  /** When the county starts several projects together (集中开工). */
  readonly ceremony: Day;
}

const batches: readonly Batch[] = [
  { first: day("2023-02-20"), deadlines: [day("2023-03-15"), day("2023-03-31")], ceremony: day("2023-03-08") },
  { first: day("2023-04-01"), deadlines: [day("2023-04-30"), day("2023-05-31"), day("2023-06-30")], ceremony: day("2023-04-18") },
  { first: day("2023-07-01"), deadlines: [day("2023-07-31"), day("2023-08-31"), day("2023-09-30")], ceremony: day("2023-07-12") },
  { first: day("2023-10-05"), deadlines: [day("2023-10-31"), day("2023-11-30"), day("2023-12-31")], ceremony: day("2023-10-17") },
];

/** Courses of the new starts of each batch as of the day of the report. */
export const courses: readonly Readonly<Record<Course, number>>[] = [
  { early: 3, "on time": 19, late: 4, waiting: 1 },
  { early: 5, "on time": 18, late: 5, waiting: 3 },
  { early: 4, "on time": 12, late: 4, waiting: 4 },
  { early: 3, "on time": 3, late: 0, waiting: 10 },
];

/** How long a project of that size is built, in months. */
function months(chance: Chance, wan: number): number {
  if (wan < 6_000) return chance.between(4, 9);
  if (wan < 20_000) return chance.between(10, 17);
  if (wan < 60_000) return chance.between(17, 27);
  return chance.between(24, 38);
}

/** Plans a new start of a batch (1–4). */
export function newStart(chance: Chance, batch: number, course: Course, wan: number): Schedule {
  const plan = batches[batch - 1];
  if (plan === undefined) throw new Error(`There is no batch ${batch}.`);
  const last = plan.deadlines.at(-1) ?? plan.first;
  // what waits in the last quarter is not due yet, except for one whose time was short
  const early = course === "waiting" && batch === 4 ? chance.percent(25) : chance.percent(35);
  const deadline = early || (course === "on time" && batch === 4) ? chance.pick(plan.deadlines.slice(0, -1)) : last;
  const together = course === "on time" && plan.ceremony <= deadline && chance.percent(45);
  const plannedStart = together ? plan.ceremony : Math.max(plan.first, deadline - chance.between(3, 30));
  const actualStart = together ? plannedStart : startOf(chance, plan, course, deadline, plannedStart);
  const plannedCompletion = outOfWinter(monthEnd(actualStart ?? plannedStart, months(chance, wan)), chance.between(0, 4));
  return { batch, deadline, plannedStart, actualStart, plannedCompletion, stage: stageOf(chance, actualStart, plannedCompletion, batch) };
}

function startOf(chance: Chance, plan: Batch, course: Course, deadline: Day, planned: Day): Day | undefined {
  const latest = REPORTED - 3;
  switch (course) {
    case "waiting":
      return undefined;
    case "early":
      return plan.first - chance.between(2, 18);
    case "late":
      return Math.min(latest, deadline + chance.between(6, 48));
    case "on time":
      return Math.min(latest, deadline, planned + chance.between(0, 12));
  }
}

function stageOf(chance: Chance, started: Day | undefined, completion: Day, batch: number): StageText {
  if (started === undefined) return batch >= 3 && chance.percent(30) ? "已入库" : "前期手续";
  if (completion <= day("2023-11-30")) return "已竣工";
  return REPORTED - started < chance.between(30, 60) ? "已开工" : "在建";
}

/** Plans a project that was started in an earlier year. `productive`: whether it can go into production. */
export function continuing(chance: Chance, wan: number, productive: boolean): Schedule {
  const finished = chance.percent(26);
  const length = months(chance, wan);
  const earliest = monthEnd(day(finished ? "2023-08-01" : "2024-05-01"), -length);
  const latest = day("2022-04-20") + chance.between(0, 150);
  const plannedStart = outOfFrost(chance, Math.max(day("2020-04-01"), Math.min(latest, earliest + chance.between(0, 240))));
  const actualStart = plannedStart + chance.between(-6, 40);
  const due = outOfWinter(monthEnd(plannedStart, length), chance.between(0, 4));
  const plannedCompletion = finished
    ? monthEnd(day("2023-06-01"), chance.between(0, 4))
    : Math.max(due, monthEnd(day("2023-12-01"), chance.pick([0, 5, 6, 9, 10])));
  const done = productive && chance.percent(85) ? "已投产" : "已竣工";
  return { batch: undefined, deadline: undefined, plannedStart, actualStart, plannedCompletion, stage: finished ? done : "在建" };
}

/** A round day of a month in which works can begin. */
function outOfFrost(chance: Chance, at: Day): Day {
  const date = dateOf(at);
  const month = Math.min(9, Math.max(4, date.getUTCMonth() + 1));
  return day(`${date.getUTCFullYear()}-0${month}-${chance.pick(["01", "10", "15", "20"])}`);
}
