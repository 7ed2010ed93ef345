import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { PLACES } from "../leads.ts";
import { attachFile, download, pdf, PNG, upload } from "./files.ts";
import { PLUGINS } from "./reports.ts";

let platform: TestPlatform;
let number = 0;

beforeAll(async () => {
  platform = await createTestPlatform({ plugins: PLUGINS });
  for (const statement of PLACES) await platform.sql(statement);
});
afterAll(async () => platform[Symbol.asyncDispose]());

const NORTH = "role=department; units=N; user=ON";
const SOUTH = "role=department; units=S; user=OS";

/** A report of the north of its own, by its global id. */
async function report(): Promise<string> {
  number += 1;
  const [row] = await platform.sql<{ id: string }>(
    "insert into app.report (number, town_id) select $1, id from app.town where code = 'N' returning id",
    [`R${number}`],
  );
  return `Report:${row?.id ?? ""}`;
}

test("a file is uploaded with a stock client, attached to a record, listed with what it is, and downloaded whole", async () => {
  const subject = await report();
  const content = pdf(300_000);
  const address = await upload(platform, content, { viewer: NORTH, name: "八月 进度.pdf", pieces: 100_000 });
  const { attachment, problems } = await attachFile(platform, { subject, field: "proof", upload: address, note: "  现场 " }, NORTH);
  expect(problems).toEqual([]);
  const { node } = await platform.as(NORTH).query<{ node: unknown }>(
    `query ($id: ID!) { node(id: $id) { ... on Report {
      proof { totalCount nodes { name mediaType bytes note url field subjectType uploadedAt uploadedBy { code } subject { id } } }
      proofAggregates { count bytes { sum } }
      tables { totalCount } attachments { totalCount }
    } } }`,
    { id: subject },
  );
  expect(node).toEqual({
    proof: {
      totalCount: 1,
      nodes: [
        {
          name: "八月 进度.pdf",
          mediaType: "application/pdf",
          bytes: 300_000,
          note: "现场",
          url: attachment?.url,
          field: "proof",
          subjectType: "Report",
          uploadedAt: "2023-11-20T09:00:00.000+08:00",
          uploadedBy: { code: "ON" },
          subject: { id: subject },
        },
      ],
    },
    proofAggregates: [{ count: 1, bytes: { sum: "300000" } }],
    tables: { totalCount: 0 },
    attachments: { totalCount: 1 },
  });
  const answer = await download(platform, attachment?.url ?? "", { "x-xianmai-viewer": NORTH });
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
});

test("a step that requires files is taken once there is one, and a step that takes files attaches them with it, or neither", async () => {
  const id = await report();
  const steps = async (): Promise<unknown> =>
    (
      await platform
        .as(NORTH)
        .query<{ node: unknown }>("query ($id: ID!) { node(id: $id) { ... on Report { stage availableSteps } } }", { id })
    ).node;
  const step = async (name: string, input: object): Promise<unknown> => {
    const document = `mutation ($input: ${name[0]?.toUpperCase() ?? ""}${name.slice(1)}Input!) { ${name}(input: $input) { report { tables { nodes { name mediaType } } } problems { code path message } } }`;
    return (await platform.as(NORTH).query<Record<string, unknown>>(document, { input: { id, ...input } }))[name];
  };
  expect(await steps()).toEqual({ stage: "DRAFT", availableSteps: [] });
  expect(await step("handInReport", {})).toEqual({
    report: null,
    problems: [
      {
        code: "STEP_REQUIRES",
        path: ["input", "id"],
        message: "“上报”须先有“佐证材料”：请先上传文件，并用 attachFile 关联到 proof。",
      },
    ],
  });
  const proof = await upload(platform, PNG, { viewer: NORTH, name: "现场.png" });
  expect((await attachFile(platform, { subject: id, field: "proof", upload: proof }, NORTH)).problems).toEqual([]);
  expect(await steps()).toEqual({ stage: "DRAFT", availableSteps: ["HAND_IN"] });
  expect(await step("handInReport", {})).toMatchObject({ problems: [] });

  expect(await steps()).toEqual({ stage: "HANDED_IN", availableSteps: ["CHECK"] });
  expect(await step("checkReport", {})).toMatchObject({ problems: [{ code: "STEP_REQUIRES", path: ["input", "tables"] }] });
  const [table, wrong] = [
    await upload(platform, Buffer.from("乡镇,亩数\n北镇,12\n"), { viewer: NORTH, name: "亩数.csv" }),
    await upload(platform, PNG, { viewer: NORTH, name: "图.png" }),
  ];
  expect(await step("checkReport", { tables: [table, wrong] })).toMatchObject({
    report: null,
    problems: [{ code: "FILE_TYPE_REFUSED", path: ["input", "tables", "1"] }],
  });
  expect(await steps()).toEqual({ stage: "HANDED_IN", availableSteps: ["CHECK"] });
  expect(await step("checkReport", { tables: [table] })).toEqual({
    report: { tables: { nodes: [{ name: "亩数.csv", mediaType: "text/csv" }] } },
    problems: [],
  });
});
