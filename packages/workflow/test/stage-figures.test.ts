import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { requests } from "./requests.ts";

describe("the figures of stages", () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await createTestPlatform({ plugins: [requests], at: "2023-02-28T09:00:00+08:00" });
    // what is written from now on was written on the first of January
    await platform.sql("insert into xm.dataset (name, label_zh, label_en, clock) values ('d', '演', 'D', '2023-01-01T09:00:00+08:00')");
    const written: Readonly<Record<string, readonly (readonly [step: string, on: string])[]>> = {
      R1: [
        ["receive", "2023-01-20"],
        ["handle", "2023-01-30"],
        ["close", "2023-02-03"],
      ],
      R2: [
        ["receive", "2023-01-28"],
        ["handle", "2023-01-29"],
      ],
      R3: [],
      R4: [
        ["receive", "2023-01-20"],
        ["wait", "2023-01-31"],
      ],
    };
    for (const [number, steps] of Object.entries(written)) {
      const { createRequest } = await platform.query<{ createRequest: { request: { id: string } } }>(
        "mutation ($number: String!) { createRequest(input: { number: $number }) { request { id } problems { message } } }",
        { number },
      );
      for (const [step, on] of steps) {
        const answer = await platform.query<Record<string, { problems: object[] }>>(
          `mutation ($id: ID!, $on: Date) { ${step}Request(input: { id: $id, on: $on }) { problems { message } } }`,
          { id: createRequest.request.id, on },
        );
        const problems = answer[`${step}Request`]!.problems;
        if (problems.length > 0) throw new Error(`${number} ${step}: ${JSON.stringify(problems)}`);
      }
    }
  });
  afterAll(async () => platform[Symbol.asyncDispose]());

  const FIGURES = "stage count entered left began reached reachedRate averageDays medianDays averageWorkingDays medianWorkingDays";
  const nothing = { averageDays: null, medianDays: null, averageWorkingDays: null, medianWorkingDays: null };
  const figures = async (given: string): Promise<unknown> =>
    (await platform.query<{ requestStages: unknown }>(`{ requestStages${given} { ${FIGURES} } }`)).requestStages;

  test("of a month tell what stood at its end, what came and went, how long it took in days of both kinds, and how far it got", async () => {
    expect(await figures('(from: "2023-01-01", to: "2023-01-31")')).toEqual([
      {
        stage: "WRITTEN",
        count: 1,
        entered: 4,
        left: 3,
        began: 4,
        reached: 4,
        reachedRate: "100",
        averageDays: "21.67",
        medianDays: "19",
        averageWorkingDays: "15.33",
        medianWorkingDays: "15",
      },
      {
        stage: "RECEIVED",
        count: 0,
        entered: 3,
        left: 3,
        began: 0,
        reached: 3,
        reachedRate: "75",
        averageDays: "7.33",
        medianDays: "10",
        averageWorkingDays: "2.67",
        medianWorkingDays: "3",
      },
      { stage: "HANDLED", count: 2, entered: 2, left: 0, began: 0, reached: 2, reachedRate: "50", ...nothing },
      { stage: "WAITING", count: 1, entered: 1, left: 0, began: 0, reached: 1, reachedRate: "25", ...nothing },
      { stage: "WAITING_LONGER", count: 0, entered: 0, left: 0, began: 0, reached: 0, reachedRate: "0", ...nothing },
      { stage: "ASKED_BACK", count: 0, entered: 0, left: 0, began: 0, reached: 0, reachedRate: "0", ...nothing },
      { stage: "CLOSED", count: 0, entered: 0, left: 0, began: 0, reached: 1, reachedRate: "25", ...nothing },
    ]);
  });

  test("without a period are those of all time, and what stands is what stands now", async () => {
    expect(await figures("")).toMatchObject([
      { stage: "WRITTEN", count: 1, entered: 4 },
      { stage: "RECEIVED", count: 0, left: 3 },
      { stage: "HANDLED", count: 1, entered: 2, left: 1, averageDays: "4", averageWorkingDays: "4" },
      { stage: "WAITING", count: 1 },
      {},
      {},
      { stage: "CLOSED", count: 1, entered: 1, left: 0 },
    ]);
  });

  test("are divided into months, each with what stood at its end and what came and went in it", async () => {
    const { requestStages } = await platform.query<{ requestStages: { period: string; stage: string }[] }>(
      '{ requestStages(from: "2023-01-25", to: "2023-02-28", by: MONTH) { period stage count entered left medianDays } }',
    );
    expect(requestStages.map(({ period, stage }) => `${period} ${stage}`).filter((_, at) => at % 7 === 0)).toEqual([
      "2023-01 WRITTEN",
      "2023-02 WRITTEN",
    ]);
    expect(requestStages.filter(({ stage }) => stage === "WRITTEN" || stage === "HANDLED")).toEqual([
      { period: "2023-01", stage: "WRITTEN", count: 1, entered: 0, left: 1, medianDays: "27" },
      { period: "2023-01", stage: "HANDLED", count: 2, entered: 2, left: 0, medianDays: null },
      { period: "2023-02", stage: "WRITTEN", count: 1, entered: 0, left: 0, medianDays: null },
      { period: "2023-02", stage: "HANDLED", count: 1, entered: 0, left: 1, medianDays: "4" },
    ]);
    expect(await platform.query('{ requestStages(by: QUARTER, filter: { number: { eq: "none" } }) { period } }')).toEqual({
      requestStages: [],
    });
    const quarters = await platform.query<{ requestStages: { period: string }[] }>(
      '{ requestStages(from: "2022-12-31", by: QUARTER) { period } }',
    );
    expect([...new Set(quarters.requestStages.map(({ period }) => period))]).toEqual(["2022-Q4", "2023-Q1"]);
  });

  test("cost what sums cost, since they look at every row", async () => {
    const often = (times: number): string => Array.from({ length: times }, (_, at) => `a${at}: requestStages { count }`).join(" ");
    expect((await platform.ask(`{ ${often(150)} }`)).errors).toBeUndefined();
    expect((await platform.ask(`{ ${often(200)} }`)).errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COSTLY" } }]);
  });

  test("of a period in which nothing began have no rate", async () => {
    expect(await figures('(from: "2023-02-01", to: "2023-02-28", filter: { number: { eq: "R1" } })')).toMatchObject([
      { stage: "WRITTEN", count: 0, began: 0, reached: 0, reachedRate: null },
      {},
      { stage: "HANDLED", count: 0, entered: 0, left: 1, medianDays: "4" },
      {},
      {},
      {},
      { stage: "CLOSED", count: 1, entered: 1 },
    ]);
  });
});
