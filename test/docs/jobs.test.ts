import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { markMissed, patrols } from "./patrols.ts";

test("what was planned for yesterday and is not done is marked overnight", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, patrols], demo: true, at: "2023-11-20T09:00:00+08:00" });
  await platform.sql(
    "insert into patrol (code, unit_id, planned, is_missed) select 'P' || n, id, date '2023-11-18' + n, false from unit, generate_series(1, 3) n where code = '130726'",
  );
  await platform.jobs.enqueue(markMissed, {});
  await platform.jobs.idle();
  expect(await platform.query("{ patrols(orderBy: [{ code: ASC }]) { nodes { code isMissed } } }")).toEqual({
    patrols: {
      nodes: [
        { code: "P1", isMissed: true },
        { code: "P2", isMissed: false },
        { code: "P3", isMissed: false },
      ],
    },
  });
});
