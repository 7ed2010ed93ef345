import { recordMoment } from "@xianmai/database";
import { countyViewer, viewerOf, type Viewer } from "@xianmai/plugin-api";
import fc from "fast-check";
import { GraphQLString } from "graphql";
import { describe, expect, test } from "vitest";

import { change } from "./county/changes.ts";
import { openFilledCounty } from "./county/filled.ts";
import { Project } from "./county/entities.ts";
import { bytesOf } from "./oracle/answers.ts";
import { Operations } from "./oracle/operations.ts";
import { Dice } from "./oracle/rows.ts";
import { county as model } from "./county/plugin.ts";

const office = (units: readonly string[]): Viewer => viewerOf([], { role: "department", units });

/** A root field of somebody's own, which reads by the database that it is given. */
const custom = () => ({
  ownProjects: {
    type: GraphQLString,
    resolve: async (_: unknown, __: unknown, context: unknown) => {
      const { db } = context as { readonly db: (entity: typeof Project) => { selectFrom(table: "project"): SelectNames } };
      const rows = await db(Project).selectFrom("project").select(["code", "name"]).orderBy("code").execute();
      return JSON.stringify(rows);
    },
  },
});
interface SelectNames {
  select(columns: readonly string[]): SelectNames;
  orderBy(column: string): SelectNames;
  execute(): Promise<readonly unknown[]>;
}

function momentIn({ extensions }: { readonly extensions?: Record<string, unknown> }): string {
  return extensions?.["moment"] as string;
}

/** The document with `@asOf(moment: $moment)` on its operation. */
function asOf(document: string): string {
  return document.replace(/^query(?:\(([^)]*)\))?/, (_, declared: string | undefined) => {
    return `query($moment: String${declared === undefined ? "" : `, ${declared}`}) @asOf(moment: $moment)`;
  });
}

describe("@asOf", () => {
  test("gives for every field of every root what was answered then, to whoever asks, whatever has changed since", async () => {
    const county = await openFilledCounty(5, { query: custom });
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const dice = new Dice(seed);
        const operations = new Operations(model, county.tables, dice);
        const isCounty = dice.chance(50);
        const viewer = isCounty ? countyViewer : office(dice.some(["U0", "U1", "U2", "U5", "U7"], 40));
        const asked = Array.from({ length: 3 }, () => operations.next());
        const told: { readonly document: string; readonly variables: object; readonly moment: string; readonly answer: string }[] = [];
        for (const { document, variables } of asked) {
          const whole = document.replace(/^(query(?:\([^)]*\))?) \{/, "$1 { ownProjects projects { nodes { reportCount half } }");
          const first = await county.answer(whole, { variables: variables[0], viewer });
          told.push({
            document: whole,
            variables: variables[0],
            moment: momentIn(first),
            answer: bytesOf(first),
          });
          // what has left an office's units since is hidden from it in the past too: that is tried where the past is made
          await change(county.owner, dice, { moving: isCounty });
        }
        for (const { document, variables, moment, answer } of told) {
          const again = await county.answer(asOf(document), { variables: { ...variables, moment }, viewer });
          expect([bytesOf(again), again.extensions]).toEqual([answer, { moment }]);
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  test("at a time gives the newest recorded moment that is not after it", async () => {
    const county = await openFilledCounty(6);
    const count = "{ blockers { totalCount } }";
    const first = await county.answer(`query ${count}`);
    const at = await recordMoment(county.writePool, { pressing: true });
    await county.owner.query("delete from app.blocker");
    const before = await county.answer(`query($at: DateTime) @asOf(at: $at) ${count}`, { variables: { at } });
    expect(before).toEqual({ data: first.data, extensions: { moment: expect.any(String) as string } });
    expect((await county.answer(`query ${count}`)).data).toEqual({ blockers: { totalCount: 0 } });
    const repeated = await county.answer(`query @asOf(moment: ${JSON.stringify(momentIn(before))}) ${count}`);
    expect(repeated).toEqual(before);
  });

  test("costs no statement more than the present", async () => {
    const county = await openFilledCounty(7);
    const document = "query { projects { totalCount nodes { reports { nodes { month } } } } }";
    const moment = momentIn(await county.answer(document));
    await county.answer(asOf(document), { variables: { moment } });
    expect(county.roundTrips()).toEqual([3, 3]);
  });

  test("refuses a time to come, a time before all records, a text that is no moment, both and neither, each with what to do", async () => {
    const county = await openFilledCounty(8);
    const refused = async (directive: string): Promise<unknown> => {
      const { data, errors } = await county.answer(`query @asOf${directive} { units { totalCount } }`);
      expect(data).toBeNull();
      return errors?.map(({ message, extensions }) => [extensions?.["code"], message]);
    };
    expect(await refused('(at: "2999-01-01T00:00:00Z")')).toEqual([["MOMENT_IN_FUTURE", expect.stringContaining("2999-01-01")]]);
    expect(await refused('(at: "1999-01-01T00:00:00Z")')).toEqual([["MOMENT_BEFORE_RECORDS", expect.stringContaining("1999-01-01")]]);
    expect(await refused('(moment: "yesterday")')).toEqual([["MOMENT_UNKNOWN", expect.stringContaining("yesterday")]]);
    expect(await refused("")).toEqual([["BAD_USER_INPUT", expect.stringContaining("at or moment")]]);
    expect(await refused('(at: "1999-01-01T00:00:00Z", moment: "x")')).toEqual([
      ["BAD_USER_INPUT", expect.stringContaining("one of them")],
    ]);
  });
});
