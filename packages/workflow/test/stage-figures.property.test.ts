import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { asked } from "./asked.ts";
import { leads, PLACES } from "./leads.ts";

const STAGES = ["HEARD", "TALKING", "SIGNED", "LOST"] as const;
type Stage = (typeof STAGES)[number];

/** What becomes of a lead: a step that is dated, or a change past the steps, which is of the day on which it is made. */
type Act =
  | { readonly kind: "step"; readonly step: "approach" | "callAgain" | "lose" | "revive"; readonly on: string }
  | { readonly kind: "psql"; readonly stage: Stage }
  | { readonly kind: "move"; readonly town: "N" | "S" };

const day = fc.integer({ min: 1, max: 28 }).map((date) => `2023-03-${String(date).padStart(2, "0")}`);
const ACT: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("step" as const), step: fc.constantFrom("approach", "callAgain", "lose", "revive"), on: day }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("psql" as const), stage: fc.constantFrom(...STAGES) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), town: fc.constantFrom("N" as const, "S" as const) }) },
);
const LIVES = fc.array(fc.array(ACT, { maxLength: 8 }), { minLength: 1, maxLength: 8 });
const QUESTION = fc.record({
  viewer: fc.constantFrom(undefined, "role=township; units=N", "role=department; units=S", "role=guest; units=C"),
  from: fc.option(day),
  to: fc.option(day),
  by: fc.constantFrom(null, null, "MONTH" as const, "DAY" as const),
  numbers: fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 })),
});

let platform: TestPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads] });
  await platform.sql("insert into xm.dataset (name, label_zh, label_en, clock) values ('d', '演', 'D', '2023-03-10T09:00:00+08:00')");
  for (const statement of PLACES) await platform.sql(statement);
});
afterAll(async () => platform[Symbol.asyncDispose]());

interface Told {
  readonly stage: Stage;
  readonly stageHistory: readonly { readonly from: Stage | null; readonly to: Stage; readonly on: string | null; readonly at: string }[];
}
interface Figures {
  readonly period: string | null;
  readonly stage: Stage;
  readonly count: number;
  readonly entered: number;
  readonly left: number;
  readonly began: number;
  readonly reached: number;
  readonly reachedRate: string | null;
  readonly averageDays: string | null;
  readonly medianDays: string | null;
}
interface Stay {
  readonly stage: Stage;
  readonly day: string;
  readonly until: string | undefined;
}

/** A figure at two decimals, rounded half up, as the API writes it. */
function decimal(over: number, under: number): string {
  const hundredths = Math.floor((2 * 100 * over + under) / (2 * under));
  return (hundredths / 100).toString();
}

/** The stays of a lead, by what its history tells. */
function staysOf({ stageHistory }: Told): readonly Stay[] {
  const moves = stageHistory
    .filter(({ to }, at) => to !== stageHistory[at - 1]?.to)
    .map(({ to, on, at }) => ({ to, day: on ?? at.slice(0, 10) }));
  return moves.map(({ to, day: began }, at) => ({ stage: to, day: began, until: moves[at + 1]?.day }));
}

interface Period {
  readonly period: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** The days of a month or the days one by one, as far as they are within the bounds. */
function periodsOf(told: readonly Told[], { from, to }: Omit<Period, "period">, by: "MONTH" | "DAY" | null): readonly Period[] {
  if (by === null) return [{ period: null, from, to }];
  const days = told.flatMap((lead) => staysOf(lead).flatMap(({ day: began, until }) => [began, until ?? began])).toSorted();
  const [first, last] = [from ?? days[0], to ?? days.at(-1)];
  if (first === undefined || last === undefined || first > last) return [];
  // all that happens is in March
  const all = Array.from({ length: 31 }, (_, at) => `2023-03-${String(at + 1).padStart(2, "0")}`);
  if (by === "DAY") return all.filter((one) => one >= first && one <= last).map((one) => ({ period: one, from: one, to: one }));
  return [{ period: "2023-03", from: from ?? "2023-03-01", to: to ?? "2023-03-31" }];
}

/** The figures of leads by nothing but what each of them tells of itself. */
function figuresOf(told: readonly Told[], { period, from, to }: Period): readonly Figures[] {
  const within = (one: string): boolean => (from === null || one >= from) && (to === null || one <= to);
  const lives = told.map((lead) => ({ lead, stays: staysOf(lead) }));
  const cohort = lives.filter(
    ({ lead, stays: [first] }) => lead.stageHistory[0]?.from === null && first !== undefined && within(first.day),
  );
  return STAGES.map((stage) => {
    const stays = lives.flatMap((life) => life.stays.filter((stay) => stay.stage === stage));
    const gone = stays.flatMap(({ day: began, until }) => (until === undefined || !within(until) ? [] : [{ began, until }]));
    const days = gone.map(({ began, until }) => Math.max(0, (Date.parse(until) - Date.parse(began)) / 86_400_000)).sort((a, b) => a - b);
    const middle = (days[(days.length - 1) >> 1] ?? 0) + (days[days.length >> 1] ?? 0);
    const standing = lives.filter(({ lead, stays: all }) => {
      if (to === null) return lead.stage === stage;
      return all.filter((stay) => stay.day <= to).at(-1)?.stage === stage;
    });
    const reached = cohort.filter(({ stays: all }) => all.some((stay) => stay.stage === stage)).length;
    return {
      period,
      stage,
      count: standing.length,
      entered: stays.filter((stay) => within(stay.day)).length,
      left: gone.length,
      began: cohort.filter(({ stays: [first] }) => first?.stage === stage).length,
      reached,
      reachedRate: cohort.length === 0 ? null : decimal(100 * reached, cohort.length),
      averageDays:
        days.length === 0
          ? null
          : decimal(
              days.reduce((sum, one) => sum + one, 0),
              days.length,
            ),
      medianDays: days.length === 0 ? null : decimal(middle, 2),
    };
  });
}

async function live(number: string, acts: readonly Act[]): Promise<void> {
  const [row] = await platform.sql<{ id: string }>(
    "insert into lead (number, town_id, keeper_id) select $1, t.id, o.id from town t, official o where t.code = 'N' and o.code = 'ON' returning id",
    [number],
  );
  const id = row!.id;
  for (const act of acts) {
    if (act.kind === "psql") await platform.sql("update lead set stage = $2 where id = $1", [id, act.stage]);
    if (act.kind === "move")
      await platform.sql("update lead set town_id = (select id from town where code = $2) where id = $1", [id, act.town]);
    if (act.kind !== "step") continue;
    const field = `${act.step}Lead`;
    const type = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}Input`;
    // a step that the stage does not allow changes nothing
    await platform.query(`mutation ($input: ${type}!) { ${field}(input: $input) { problems { code } } }`, {
      input: { id: `Lead:${id}`, on: act.on, reason: "因" },
    });
  }
}

let round = 0;

test("whatever became of rows, by steps or past them, the figures are those that their histories add up to, for whoever asks, of any rows and period, now and later", async () => {
  await fc.assert(
    fc.asyncProperty(LIVES, fc.array(QUESTION, { minLength: 6, maxLength: 12 }), async (lives, questions) => {
      round += 1;
      const numberOf = (at: number): string => `R${round}-${at}`;
      for (const [at, acts] of lives.entries()) await live(numberOf(at), acts);
      const past: { readonly query: (asOf: string) => string; readonly moment: string; readonly stages: unknown }[] = [];
      for (const { viewer, from, to, by, numbers } of questions) {
        const wanted = (numbers ?? lives.map((_, at) => at)).map(numberOf);
        const filter = `filter: { number: { in: ${JSON.stringify(wanted)} } }`;
        const period = `${from === null ? "" : `, from: "${from}"`}${to === null ? "" : `, to: "${to}"`}${by === null ? "" : `, by: ${by}`}`;
        const query = (asOf: string): string => `query${asOf} { leadStages(${filter}${period}) {
          period stage count entered left began reached reachedRate averageDays medianDays } }`;
        const { leads: told } = (
          await asked<{ leads: { nodes: readonly Told[] } }>(
            platform.url,
            `{ leads(${filter}) { nodes { stage stageHistory { from to on at } } } }`,
            viewer,
          )
        ).data;
        const { data, moment } = await asked<{ leadStages: readonly Figures[] }>(platform.url, query(""), viewer);
        expect(data.leadStages).toEqual(periodsOf(told.nodes, { from, to }, by).flatMap((one) => figuresOf(told.nodes, one)));
        if (viewer === undefined) past.push({ query, moment, stages: data.leadStages });
      }
      await platform.sql("update lead set stage = case stage when 'LOST' then 'HEARD' else 'LOST' end");
      for (const { query, moment, stages } of past) {
        const { data } = await asked<{ leadStages: unknown }>(platform.url, query(` @asOf(moment: ${JSON.stringify(moment)})`));
        expect(data.leadStages).toEqual(stages);
      }
    }),
    { numRuns: 12 },
  );
});
