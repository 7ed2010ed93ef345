import { Refusal, type Plugin } from "@xianmai/plugin-api";
import fc from "fast-check";
import { validateSchema } from "graphql";
import { expect, test } from "vitest";

import { compose } from "../../src/composition/compose.ts";
import { questions } from "../support/everything.ts";
import { startPlatform } from "../support/platform.ts";
import { draws, randomPlugins } from "../support/random-plugins.ts";
import { twoRowsOfEach } from "../support/two-rows.ts";

const RUNS = Math.ceil(Number(process.env["XIANMAI_FUZZ"] ?? 400) / 10);

async function answers(plugins: readonly Plugin[], name: string): Promise<void> {
  await using platform = await startPlatform(name, plugins, { limits: { tokens: 1_000_000, cost: 1_000_000_000, depth: 100 } });
  const { composition, psql } = platform;
  for (const rows of ["none", "some"]) {
    const ids = rows === "none" ? [] : await twoRowsOfEach(psql, composition.model);
    for (const question of questions(composition.schema.getQueryType()!, ids)) {
      const { data, errors } = await platform.graphql(question);
      expect({ question, errors, data }).toMatchObject({ errors: undefined, data: {} });
    }
  }
}

test("whatever plugins declare is refused with the culprit and a remedy, or becomes a schema that is valid and answers for every field", async () => {
  let composed = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const plugins = randomPlugins(draws(gen));
      try {
        const { schema } = await compose(plugins);
        expect(validateSchema(schema)).toEqual([]);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return;
      }
      composed += 1;
      await answers(plugins, `random ${composed}`);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(composed).toBeGreaterThan(RUNS / 4);
}, 300_000);
