import { createTestPlatform, type TestPlatform, type TestViewer } from "@xianmai/testing";
import fc from "fast-check";
import { writeXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, expect, test } from "vitest";

import { asked, type Asked } from "./asked.ts";
import { leads, PLACES } from "./leads.ts";

let platform: TestPlatform;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: [leads] });
  for (const statement of PLACES) await platform.sql(statement);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const VIEWERS = {
  county: { header: undefined, writes: true, units: ["N", "S"], signs: true, official: undefined, role: null },
  north: { header: "role=department; units=N; user=ON", writes: true, units: ["N"], signs: true, official: "ON", role: null },
  clerk: { header: "role=township; units=N", writes: true, units: ["N"], signs: false, official: undefined, role: "township" },
  south: { header: "role=department; units=S; user=OS", writes: true, units: ["S"], signs: true, official: "OS", role: null },
  guest: { header: "role=guest; units=C", writes: false, units: ["N", "S"], signs: false, official: undefined, role: "guest" },
} as const;
type Who = keyof typeof VIEWERS;
const EVERYBODY = Object.keys(VIEWERS) as readonly Who[];

const STAGES = { HEARD: "获悉", TALKING: "洽谈", SIGNED: "签约", LOST: "流失" } as const;
type Stage = keyof typeof STAGES;
const STEPS = ["approach", "callAgain", "sign", "lose", "revive"] as const;
type Step = (typeof STEPS)[number];
const TOWNS = { N: "北镇", S: "南镇" } as const;
type Town = keyof typeof TOWNS;

/** What somebody does to the lead. */
type Act =
  | { readonly kind: "step"; readonly who: Who; readonly step: Step; readonly whole: boolean }
  | {
      readonly kind: "psql";
      readonly stage?: Stage;
      readonly town?: Town;
      readonly helper?: Town | null;
      readonly note?: string | null;
      readonly kept?: boolean;
    }
  | { readonly kind: "import"; readonly who: "county" | "north"; readonly stage: Stage };

const stage = fc.constantFrom(...(Object.keys(STAGES) as Stage[]));
const town = fc.constantFrom<Town>("N", "N", "S");
const ACT: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("step" as const),
      who: fc.constantFrom(...EVERYBODY),
      step: fc.constantFrom(...STEPS),
      whole: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        kind: fc.constant("psql" as const),
        stage,
        town,
        helper: fc.option(town),
        note: fc.constantFrom("谈", "", null),
        kept: fc.boolean(),
      },
      { requiredKeys: ["kind"] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("import" as const), who: fc.constantFrom("county" as const, "north" as const), stage }),
  },
);

/** A change of stage as the API shows it, and whose the lead was before and after. */
interface Change {
  readonly shown: {
    readonly step: string | null;
    readonly from: Stage | null;
    readonly to: Stage;
    readonly outside: boolean;
    readonly origin: string | null;
    readonly reason: string | null;
  };
  readonly owners: readonly (readonly Town[])[];
}

/** One lead as it should be, by nothing but what the documentation says. */
class Model {
  stage: Stage = "HEARD";
  town: Town = "N";
  helper: Town | null = null;
  note: string | null = null;
  amount: boolean = false;
  kept = true;
  readonly changes: Change[] = [];

  constructor() {
    this.#change({ step: null, from: null, to: "HEARD", outside: false, origin: null, reason: null }, []);
  }

  #sees(who: Who): boolean {
    return who === "county" || this.#owners().some((one) => this.#units(who).includes(one));
  }

  history(who: Who): readonly Change["shown"][] {
    const visible = (owners: readonly Town[]): boolean => owners.some((one) => this.#units(who).includes(one));
    return this.changes.filter(({ owners }) => who === "county" || owners.every(visible)).map(({ shown }) => shown);
  }

  /** The steps that somebody can take, given everything that a step can be given. */
  available(who: Who): readonly Step[] {
    const { writes, signs } = VIEWERS[who];
    if (!writes || (who !== "county" && !this.#units(who).includes(this.town))) return [];
    const noted = this.note !== null && this.note.trim() !== "";
    const allowed: Readonly<Record<Step, boolean>> = {
      approach: this.stage === "HEARD" && this.kept,
      callAgain: this.stage === "TALKING",
      sign: this.stage === "TALKING" && signs && noted,
      lose: (this.stage === "HEARD" || this.stage === "TALKING") && (!this.kept || VIEWERS[who].official === "ON"),
      revive: this.stage === "LOST" && signs,
    };
    return STEPS.filter((step) => allowed[step]);
  }

  shownTo(who: Who): Shown["lead"] {
    if (!this.#sees(who)) return null;
    return { stage: this.stage, availableSteps: this.available(who).map(shownStep), stageHistory: this.history(who) };
  }

  take(step: Step): void {
    const to: Readonly<Record<Step, Stage>> = { approach: "TALKING", callAgain: "TALKING", sign: "SIGNED", lose: "LOST", revive: "HEARD" };
    const before = this.#owners();
    const from = this.stage;
    this.stage = to[step];
    if (step === "approach") this.note = "记";
    if (step === "sign") this.amount = true;
    this.#change({ step: shownStep(step), from, to: to[step], outside: false, origin: `${step}Lead`, reason: "因" }, [before]);
  }

  write(
    values: {
      readonly stage?: Stage;
      readonly town?: Town;
      readonly helper?: Town | null;
      readonly note?: string | null;
      readonly kept?: boolean;
    },
    origin: string | null,
  ): void {
    const before = this.#owners();
    const from = this.stage;
    Object.assign(this, values);
    if (this.stage !== from) this.#change({ step: null, from, to: this.stage, outside: true, origin, reason: null }, [before]);
  }

  #units(who: Who): readonly Town[] {
    return VIEWERS[who].units;
  }

  #owners(): readonly Town[] {
    return this.helper === null ? [this.town] : [this.town, this.helper];
  }

  #change(shown: Change["shown"], before: readonly (readonly Town[])[]): void {
    this.changes.push({ shown, owners: [...before, this.#owners()] });
  }
}

function shownStep(step: Step): string {
  return step === "callAgain" ? "CALL_AGAIN" : step.toUpperCase();
}

function viewer(who: Who): TestViewer {
  const { header } = VIEWERS[who];
  return header === undefined ? platform : platform.as(header);
}

interface Shown {
  readonly lead: { readonly stage: string; readonly availableSteps: readonly string[]; readonly stageHistory: readonly object[] } | null;
}

const FIELDS = "stage stageHistory { step from to outside origin reason }";

/** What somebody sees of the lead, and at which moment. */
async function seen(id: string, who: Who): Promise<Asked<Shown>> {
  return asked<Shown>(platform.url, `{ lead(id: "${id}") { availableSteps ${FIELDS} } }`, VIEWERS[who].header);
}

/** What somebody sees of it as of a moment. */
async function seenThen(id: string, who: Who, moment: string): Promise<Shown["lead"]> {
  const query = `query @asOf(moment: "${moment}") { lead(id: "${id}") { availableSteps ${FIELDS} } }`;
  return (await asked<Shown>(platform.url, query, VIEWERS[who].header)).data.lead;
}

/** Whether a step was taken; with everything that it can be given, or with as little as it can. */
async function tried(
  id: string,
  { who, step, whole }: { readonly who: Who; readonly step: Step; readonly whole: boolean },
): Promise<boolean> {
  const field = `${step}Lead`;
  const given = { id, reason: "因", ...(step === "approach" ? { note: "记" } : {}), ...(step === "sign" && whole ? { amount: "10" } : {}) };
  const { answer } = await viewer(who).query<{ answer: { lead: object | null; problems: readonly object[] } }>(
    `mutation($input: ${field.slice(0, 1).toUpperCase()}${field.slice(1)}Input!) { answer: ${field}(input: $input) { lead { id } problems { code } } }`,
    { input: given },
  );
  return answer.problems.length === 0;
}

async function written(id: string, values: Omit<Extract<Act, { kind: "psql" }>, "kind">): Promise<void> {
  const unit = (code: Town): string => `(select id from app.town where code = '${code}')`;
  const sets = [
    ...(values.stage === undefined ? [] : [`stage = '${values.stage}'`]),
    ...(values.town === undefined ? [] : [`town_id = ${unit(values.town)}`]),
    ...(values.helper === undefined ? [] : [`helper_id = ${values.helper === null ? "null" : unit(values.helper)}`]),
    ...(values.note === undefined ? [] : [`note = ${values.note === null ? "null" : `'${values.note}'`}`]),
    ...(values.kept === undefined ? [] : [`keeper_id = ${values.kept ? "(select id from app.official where code = 'ON')" : "null"}`]),
  ];
  if (sets.length > 0) await platform.sql(`update app.lead set ${sets.join(", ")} where id = $1`, [id.slice("Lead:".length)]);
}

/** Does something to the lead and to its model. @returns what should come of it, and what does */
async function done(act: Act, id: string, number: string, model: Model): Promise<readonly [expected: unknown, happened: unknown]> {
  switch (act.kind) {
    case "psql": {
      const { kind: _kind, ...values } = act;
      await written(id, values);
      model.write(values, null);
      return [true, true];
    }
    case "import": {
      // whoever imports must be able to write the lead
      if (act.who === "north" && model.town !== "N") return [true, true];
      const rows = [
        ["编号", "线索阶段", "单位"],
        [number, STAGES[act.stage], TOWNS[model.town]],
      ];
      const bytes = await writeXlsx({ sheets: [{ name: "线索表", rows }] });
      const { problems } = await viewer(act.who).import("leads", { name: "线索.xlsx", bytes });
      model.write({ stage: act.stage }, "import");
      return [[], problems];
    }
    case "step": {
      const available = (await seen(id, act.who)).data.lead?.availableSteps ?? [];
      const enough = act.step !== "sign" || act.whole || model.amount;
      const succeeded = await tried(id, act);
      if (succeeded) model.take(act.step);
      return [enough && available.includes(shownStep(act.step)), succeeded];
    }
  }
}

let round = 0;

test("steps, changes in the database and imports in any order: what is available is exactly what succeeds, and the history tells it all to who may see it, then and later", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ACT, { minLength: 1, maxLength: 12 }), async (acts) => {
      round += 1;
      const number = `R${round}`;
      const [row] = await platform.sql<{ id: string }>(
        "insert into app.lead (number, town_id, keeper_id) select $1, t.id, o.id from app.town t, app.official o where t.code = 'N' and o.code = 'ON' returning id",
        [number],
      );
      const id = `Lead:${row?.id ?? ""}`;
      const model = new Model();
      const past: { readonly who: Who; readonly moment: string; readonly lead: Shown["lead"] }[] = [];
      for (const act of acts) {
        const [expected, happened] = await done(act, id, number, model);
        expect(happened).toEqual(expected);
        const shown = await Promise.all(EVERYBODY.map(async (who) => ({ who, ...(await seen(id, who)) })));
        expect(shown.map(({ data }) => data.lead)).toEqual(EVERYBODY.map((who) => model.shownTo(who)));
        past.push(...shown.map(({ who, moment, data }) => ({ who, moment, lead: data.lead })));
      }
      // the past is as it was, for whom may see the lead today
      for (const { who, moment, lead } of past.filter((one) => one.who === "county" || one.who === "south")) {
        const expected = model.shownTo(who) === null || lead === null ? null : { ...lead, availableSteps: [] };
        expect(await seenThen(id, who, moment)).toEqual(expected);
      }
    }),
    { numRuns: 25 },
  );
});
