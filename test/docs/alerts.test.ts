import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { licences } from "./licences.ts";

test("a licence that expires is in the inbox of its unit from the midnight after, until it is renewed", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, licences], demo: true, at: "2023-03-31T17:00:00+08:00" });
  await platform.sql(
    "insert into licence (code, name, unit_id, expires_on) select 'L1', '采矿许可', id, '2023-03-31' from unit where code = '130726'",
  );
  await platform.sql("insert into licence_inspection (licence_id, month, finding) select id, '2023-03', '正常' from licence");
  const shown = `{ licence(code: "L1") { alerts { nodes { label clearedAt } } inboxItems { nodes { unit { name } doneAt } } } }`;

  platform.turnTo("2023-04-01T00:00:00+08:00");
  await platform.settled();
  expect(await platform.query(shown)).toEqual({
    licence: {
      alerts: { nodes: [{ label: "许可证到期", clearedAt: null }] },
      inboxItems: { nodes: [{ unit: { name: "蔚县" }, doneAt: null }] },
    },
  });

  await platform.sql("update licence set renewed_on = '2023-04-01'");
  await platform.settled();
  expect(await platform.query(shown)).toMatchObject({
    licence: { alerts: { nodes: [{ label: "许可证到期", clearedAt: "2023-04-01T00:00:00.000+08:00" }] } },
  });
});
