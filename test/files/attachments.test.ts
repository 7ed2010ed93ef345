import type { TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { NORTH, openCounty, SOUTH } from "./county.ts";
import { attachFile, download, pdf, PNG, upload } from "./files.ts";

let platform: TestPlatform;
let report: () => Promise<string>;

beforeAll(async () => {
  ({ platform, report } = await openCounty());
});
afterAll(async () => platform[Symbol.asyncDispose]());

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

test("what somebody else's records have is neither seen, nor read, nor attached to, nor taken off", async () => {
  const subject = await report();
  const address = await upload(platform, PNG, { viewer: NORTH, name: "a.png" });
  const { attachment } = await attachFile(platform, { subject, field: "proof", upload: address }, NORTH);
  const missing = attachment?.url.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) ?? "";
  const [theirs, nobodys] = await Promise.all(
    [attachment?.url ?? "", missing].map(async (path) => {
      const answer = await download(platform, path, { "x-xianmai-viewer": SOUTH });
      return { status: answer.status, text: await answer.text() };
    }),
  );
  expect(theirs).toEqual(nobodys);
  expect(theirs).toMatchObject({ status: 404 });
  expect(await platform.as(SOUTH).query("{ attachments { totalCount } }")).toEqual({ attachments: { totalCount: 0 } });
  const mine = await upload(platform, PNG, { viewer: SOUTH, name: "b.png" });
  expect(await attachFile(platform, { subject, field: "proof", upload: mine }, SOUTH)).toMatchObject({
    problems: [{ code: "REFERENCE_NOT_FOUND", path: ["input", "subject"] }],
  });
  expect(
    await platform.as(SOUTH).query("mutation ($id: ID!) { detachFile(input: { id: $id }) { problems { code } } }", { id: attachment?.id }),
  ).toEqual({ detachFile: { problems: [{ code: "NOT_FOUND" }] } });
});

test("whoever lacks the permission to change a record neither attaches to it nor takes anything off, though it is their unit's", async () => {
  const subject = await report();
  const address = await upload(platform, PNG, { viewer: NORTH, name: "a.png" });
  const { attachment } = await attachFile(platform, { subject, field: "proof", upload: address }, NORTH);
  const reader = "role=statistics; units=N; user=ON";
  const denied = { problems: [{ code: "PERMISSION_DENIED" }] };
  expect(
    await attachFile(platform, { subject, field: "proof", upload: await upload(platform, PNG, { viewer: reader }) }, reader),
  ).toMatchObject(denied);
  expect(
    await platform.as(reader).query("mutation ($id: ID!) { detachFile(input: { id: $id }) { problems { code } } }", { id: attachment?.id }),
  ).toEqual({ detachFile: denied });
});

test("what is taken off is gone from the record, stands in its history, and can be read as of then", async () => {
  const subject = await report();
  const address = await upload(platform, PNG, { viewer: NORTH, name: "a.png" });
  const { attachment } = await attachFile(platform, { subject, field: "proof", upload: address }, NORTH);
  const { moment = "" } = await platform.as(NORTH).ask("{ reports { totalCount } }");
  const document = "mutation ($id: ID!) { detachFile(input: { id: $id }) { attachment { id } problems { code } } }";
  expect(await platform.as(NORTH).query(document, { id: attachment?.id })).toEqual({ detachFile: { attachment: null, problems: [] } });

  const names = "node(id: $id) { ... on Report { proof { nodes { name } } } }";
  expect(await platform.as(NORTH).query(`query ($id: ID!) { ${names} }`, { id: subject })).toEqual({ node: { proof: { nodes: [] } } });
  expect(
    await platform.as(NORTH).query(`query ($id: ID!, $moment: String) @asOf(moment: $moment) { ${names} }`, { id: subject, moment }),
  ).toEqual({ node: { proof: { nodes: [{ name: "a.png" }] } } });

  const headers = { "x-xianmai-viewer": NORTH };
  expect((await download(platform, attachment?.url ?? "", headers)).status).toBe(404);
  const past = `${attachment?.url ?? ""}?asOf=${encodeURIComponent(moment)}`;
  const answer = await download(platform, past, headers);
  expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true);
  expect((await download(platform, past, { "x-xianmai-viewer": SOUTH })).status).toBe(404);
  expect((await download(platform, `${attachment?.url ?? ""}?asOf=yesterday`, headers)).status).toBe(400);
});

test("records are found by the files that they have, field by field", async () => {
  const [some, none] = [await report(), await report()];
  const table = await upload(platform, Buffer.from("a,b\n"), { viewer: NORTH, name: "a.csv" });
  await attachFile(platform, { subject: some, field: "tables", upload: table }, NORTH);
  const found = async (filter: object): Promise<unknown> =>
    platform.query("query ($filter: ReportFilter) { reports(filter: $filter) { nodes { id } } }", {
      filter: { and: [{ id: { in: [some, none] } }, filter] },
    });
  const only = (id: string): object => ({ reports: { nodes: [{ id }] } });
  expect(await found({ tables: { some: { name: { eq: "a.csv" } } } })).toEqual(only(some));
  expect(await found({ tables: { none: {} } })).toEqual(only(none));
  expect(await found({ proof: { some: {} } })).toEqual({ reports: { nodes: [] } });
});

test("an attachment that was asked for twice with one key is attached once", async () => {
  const subject = await report();
  const address = await upload(platform, PNG, { viewer: NORTH, name: "a.png" });
  const input = { subject, field: "proof", upload: address, idempotencyKey: `key of ${subject}` };
  const first = await attachFile(platform, input, NORTH);
  expect(first.problems).toEqual([]);
  expect(await attachFile(platform, input, NORTH)).toEqual(first);
});
