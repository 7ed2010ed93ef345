import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";

import type { ProjectsAnswer, Stage } from "../src/screens/projects/answer.ts";
import type { Share } from "../src/screens/projects/figures.ts";
import { figuresOf, upTo } from "../src/screens/projects/figures.ts";

interface Row {
  readonly nature: "NEW_START" | "CONTINUING";
  readonly batch: number | null;
  readonly stage: Stage;
  readonly startDeadline: string | null;
  readonly field: string;
  readonly township: string | null;
  readonly totalInvestment: string | null;
}

const today = "2023-11-20";
const fields = ["new-energy", "ecology"];
const townships = ["130726100", "130726101", "130726102"];

const rows = fc.array(
  fc.record<Row>({
    nature: fc.constantFrom("NEW_START", "CONTINUING"),
    batch: fc.constantFrom(1, 2, 3, 4, 5, null),
    stage: fc.constantFrom("RESERVED", "PREPARATORY", "STARTED", "UNDER_CONSTRUCTION", "SUSPENDED", "IN_PRODUCTION"),
    startDeadline: fc.constantFrom("2023-03-31", "2023-11-19", "2023-11-20", "2023-12-31", null),
    field: fc.constantFrom(...fields, "not-in-the-dictionary"),
    township: fc.constantFrom(...townships, "130726999", null),
    totalInvestment: fc.option(fc.nat(10 ** 9).map((fen) => Big(fen).div(1_000_000).toFixed())),
  }),
);

/** What the server would answer over these rows. */
function answerOf(all: readonly Row[]): ProjectsAnswer {
  return {
    platform: { demo: null, clock: { now: `${today}T09:00:00.000+08:00`, today, demo: true } },
    county: { nodes: [{ name: "蔚县" }] },
    townships: { nodes: townships.map((code) => ({ code, name: `乡镇${code}` })) },
    fields: { nodes: fields.map((code) => ({ code, label: code })) },
    whole: [{ count: all.length, totalInvestment: { sum: sumOf(all) } }],
    byProgress: groupsOf(all, ({ nature, batch, stage, startDeadline }) => ({ nature, batch, stage, startDeadline })),
    byField: groupsOf(all, ({ field }) => ({ field })),
    byTownship: groupsOf(all, ({ township }) => ({ township: township === null ? null : { code: township } })),
    latest: { nodes: [] },
  };
}

function groupsOf<Key>(all: readonly Row[], keyOf: (row: Row) => Key) {
  const groups = Map.groupBy(all, (row) => JSON.stringify(keyOf(row)));
  return [...groups.values()].map((own) => ({ key: keyOf(own[0]!), count: own.length, totalInvestment: { sum: sumOf(own) } }));
}

function sumOf(all: readonly Row[]): string | null {
  const known = all.flatMap(({ totalInvestment }) => totalInvestment ?? []);
  return known.length === 0 ? null : known.reduce((sum, one) => sum.plus(one), Big(0)).toFixed();
}

const total = (shares: readonly Share[]): { count: number; investment: string } => ({
  count: shares.reduce((sum, { count }) => sum + count, 0),
  investment: shares.reduce((sum, { investment }) => sum.plus(investment), Big(0)).toFixed(),
});

test("whatever the projects are, fields and townships each add up to the whole, to the last digit", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const figures = figuresOf(answerOf(all));
      const whole = { count: figures.projects, investment: Big(figures.investment).toFixed() };
      expect(total(figures.fields)).toEqual(whole);
      expect(total(figures.townships)).toEqual(whole);
      expect(total(upTo(2, figures.fields))).toEqual(whole);
    }),
  );
});

test("whatever the projects are, the batches add up to the new starts, and each splits into started, overdue and waiting", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const { batches, progress, projects, continuing } = figuresOf(answerOf(all));
      expect(projects).toBe(progress.planned + continuing);
      for (const key of ["planned", "started", "overdue", "waiting"] as const) {
        expect(batches.reduce((sum, batch) => sum + batch[key], 0)).toBe(progress[key]);
      }
      for (const { planned, started, overdue, waiting } of batches) expect(planned).toBe(started + overdue + waiting);
    }),
  );
});

const one: Row = {
  nature: "NEW_START",
  batch: 3,
  stage: "PREPARATORY",
  startDeadline: "2023-09-30",
  field: "ecology",
  township: "130726101",
  totalInvestment: "5000",
};

test("a project is overdue from the day after its start deadline until it starts", () => {
  const of = (row: Partial<Row>) => figuresOf(answerOf([{ ...one, ...row }])).progress;
  expect(of({ startDeadline: "2023-11-19" })).toMatchObject({ started: 0, overdue: 1, waiting: 0 });
  expect(of({ startDeadline: "2023-11-20" })).toMatchObject({ started: 0, overdue: 0, waiting: 1 });
  expect(of({ startDeadline: "2023-11-19", stage: "STARTED" })).toMatchObject({ started: 1, overdue: 0, waiting: 0 });
  expect(of({ startDeadline: null })).toMatchObject({ waiting: 1 });
});

test("the four batches are there before they have projects; new starts in no batch get a place of their own, continuing ones none", () => {
  const { batches } = figuresOf(answerOf([one, { ...one, batch: null }, { ...one, batch: null, nature: "CONTINUING" }]));
  expect(batches.map(({ number, planned }) => [number, planned])).toEqual([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 0],
    [undefined, 1],
  ]);
  expect(batches[2]?.deadline).toBe("2023-09-30");
});

test("a township without a project is shown with none, in the county's own order", () => {
  const { townships: shown } = figuresOf(answerOf([one]));
  expect(shown.map(({ code, count }) => [code, count])).toEqual([
    ["130726100", 0],
    ["130726101", 1],
    ["130726102", 0],
  ]);
});

test("fields come with the largest investment first", () => {
  const { fields: shown } = figuresOf(answerOf([one, { ...one, field: "new-energy", totalInvestment: "10000" }]));
  expect(shown.map(({ code }) => code)).toEqual(["new-energy", "ecology"]);
});

test("an empty platform makes a screen of zeros", () => {
  const empty = { ...answerOf([]), county: { nodes: [] }, whole: [] };
  expect(figuresOf(empty)).toMatchObject({ county: "", year: 2023, projects: 0, investment: "0" });
});
