import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform, type TestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { requests } from "./requests.ts";

test("a request that was accepted on the Friday before the Spring Festival is due on the Monday after it", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, requests], demo: true, at: "2023-01-20T17:50:00+08:00" });
  await acceptedRequest(platform);

  const shown = `{ request(code: "Q1") { stage stageSince stageWarning stageDue stageEscalations isDueSoon isOverdue } }`;
  expect(await platform.query(shown)).toEqual({
    request: {
      stage: "HANDLED",
      stageSince: "2023-01-20T17:50:00.000+08:00",
      stageWarning: "2023-01-29T18:00:00.000+08:00",
      stageDue: "2023-01-30T18:00:00.000+08:00",
      stageEscalations: ["2023-01-31T18:00:00.000+08:00", "2023-02-02T18:00:00.000+08:00"],
      isDueSoon: false,
      isOverdue: false,
    },
  });

  // the county's offices close earlier: what comes after that counts as received on the next working day
  await platform.query(
    `mutation { createOfficeSchedule(input: { validFrom: "2023-01-01", name: "冬季作息", morningOpens: "08:30", morningCloses: "12:00",
      afternoonOpens: "14:00", afternoonCloses: "17:30" }) { problems { message } } }`,
  );
  expect(await platform.query(shown)).toMatchObject({ request: { stageDue: "2023-01-31T17:30:00.000+08:00" } });
});

test("more time is asked for by whoever handles a request, and approved by somebody else", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, requests], demo: true, at: "2023-02-01T09:00:00+08:00" });
  const id = await acceptedRequest(platform);
  const [handler, reviewer] = await officials(platform);

  const asked = await platform.as(`role=township; units=130726; user=${handler}`).query<{ asked: { extension: { id: string } } }>(
    `mutation ($id: ID!) {
      asked: requestDeadlineExtension(input: { subject: $id, amount: 2, reason: "须现场核实" }) {
        extension: deadlineExtension { id }
        problems { code message }
      }
    }`,
    { id },
  );
  await platform
    .as(`role=department; units=130726; user=${reviewer}`)
    .query("mutation ($id: ID!) { approveDeadlineExtension(input: { id: $id }) { problems { code message } } }", {
      id: asked.asked.extension.id,
    });

  expect(await platform.query(`{ request(code: "Q1") { stageDue deadlineExtensions { nodes { amount unit reason stage } } } }`)).toEqual({
    request: {
      stageDue: "2023-02-08T18:00:00.000+08:00", // without it: 6 February
      deadlineExtensions: { nodes: [{ amount: 2, unit: "WORKING_DAYS", reason: "须现场核实", stage: "APPROVED" }] },
    },
  });
});

test("what is overdue is listed and counted by its alert", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, requests], demo: true, at: "2023-02-01T09:00:00+08:00" });
  await acceptedRequest(platform);
  platform.turnTo("2023-02-06T18:00:00+08:00");
  await platform.settled();

  const overdue = `{ alerts: { some: { rule: { eq: "requestHandledOverdue" }, clearedAt: { isNull: true } } } }`;
  expect(
    await platform.query(`{
      requests(filter: ${overdue}) { nodes { code isOverdue } }
      requestAggregates(filter: ${overdue}, groupBy: [{ dimension: UNIT }]) { key { unit { code } } count }
    }`),
  ).toEqual({
    requests: { nodes: [{ code: "Q1", isOverdue: true }] },
    requestAggregates: [{ key: { unit: { code: "130726" } }, count: 1 }],
  });
});

/** A request of the county's that was accepted now. */
async function acceptedRequest(platform: TestPlatform): Promise<string> {
  await platform.sql("insert into request (code, summary, unit_id) select 'Q1', '用电', id from unit where code = '130726'");
  const { request } = await platform.query<{ request: { id: string } }>(`{ request(code: "Q1") { id } }`);
  await platform.query("mutation ($id: ID!) { acceptRequest(input: { id: $id }) { problems { message } } }", { id: request.id });
  return request.id;
}

/** The codes of two officials. */
async function officials(platform: TestPlatform): Promise<readonly string[]> {
  const rows = await platform.sql<{ code: string }>("select code from official order by code limit 2");
  return rows.map(({ code }) => code);
}
