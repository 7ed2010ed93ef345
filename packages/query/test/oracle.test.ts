import fc from "fast-check";
import { parse } from "graphql";
import { expect, test } from "vitest";

import { openFilledCounty } from "./county/filled.ts";
import { county as model } from "./county/plugin.ts";
import { bytesOf } from "./oracle/answers.ts";
import { Operations } from "./oracle/operations.ts";
import { oracleOf } from "./oracle/resolve.ts";
import { Dice } from "./oracle/rows.ts";

const RUNS = Number(process.env["XIANMAI_FUZZ"] ?? 400);

test("random operations of every feature answer byte for byte as graphql-js over the rows in memory would", async () => {
  const platform = await openFilledCounty(1);
  const oracle = oracleOf(model, platform.schema, platform.tables);
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { document, variables } = new Operations(model, platform.tables, new Dice(seed)).next();
      // the second and third run meet plans that the first has left
      for (const values of [variables[0], variables[1], variables[0]]) {
        const expected = bytesOf(await oracle(parse(document), values), { sameDocument: true });
        const answer = bytesOf(await platform.text(document, { variables: values, language: "zh" }), { sameDocument: true });
        expect(answer === expected ? "" : `${difference(answer, expected)}\n${document}\n${JSON.stringify(values)}`).toBe("");
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 600_000);

/** Where two answers part, with what stands around it. */
function difference(answer: string, expected: string): string {
  let at = 0;
  while (answer[at] === expected[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 300), at + 100);
  return `answered …${around(answer)}…\nexpected …${around(expected)}…`;
}
