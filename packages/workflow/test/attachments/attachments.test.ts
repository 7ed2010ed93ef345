import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { PLACES } from "../leads.ts";
import { attachFile, download, pdf, upload } from "./files.ts";
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
