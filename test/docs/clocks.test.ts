import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { requests } from "./requests.ts";

test("a request that was accepted on the Friday before the Spring Festival is due on the Monday after it", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, requests], demo: true, at: "2023-01-20T17:50:00+08:00" });
  await platform.sql("insert into request (code, summary, unit_id) select 'Q1', '用电', id from unit where code = '130726'");
  const { request } = await platform.query<{ request: { id: string } }>(`{ request(code: "Q1") { id } }`);
  await platform.query("mutation ($id: ID!) { acceptRequest(input: { id: $id }) { problems { message } } }", { id: request.id });

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
