import { organization } from "@xianmai/plugin-organization";
import { createTestPlatform } from "@xianmai/testing";
import { expect, test } from "vitest";

import { inspections } from "./inspections.ts";

test("an inspection shows who may do what next, and how it came to where it is", async () => {
  await using platform = await createTestPlatform({ plugins: [organization, inspections], demo: true });
  await platform.sql(
    "insert into inspection (code, unit_id, inspector_id) select 'J1', u.id, o.id from unit u join official o on o.unit_id = u.id order by o.code limit 1",
  );
  const [{ unit, official } = { unit: "", official: "" }] = await platform.sql<{ unit: string; official: string }>(
    "select u.code as unit, o.code as official from inspection i join unit u on u.id = i.unit_id join official o on o.id = i.inspector_id",
  );
  const inspector = platform.as(`role=department; units=${unit}; user=${official}`);
  const shown = `{ inspection(code: "J1") { id availableSteps stageHistory { step to by { official { code } } outside } } }`;

  const { inspection } = await inspector.query<{ inspection: { id: string; availableSteps: readonly string[] } }>(shown);
  expect(inspection.availableSteps).toEqual(["PASS", "FAULT"]);
  expect(await platform.as(`role=township; units=${unit}`).query(`{ inspection(code: "J1") { availableSteps } }`)).toEqual({
    inspection: { availableSteps: [] },
  });

  const fault = "mutation ($input: FaultInspectionInput!) { faultInspection(input: $input) { problems { code path } } }";
  expect(await inspector.query(fault, { input: { id: inspection.id } })).toEqual({
    faultInspection: { problems: [{ code: "STEP_REQUIRES", path: ["input", "found"] }] },
  });
  await inspector.query(fault, { input: { id: inspection.id, found: "无台账" } });
  await platform.sql("update inspection set stage = 'PASSED' where code = 'J1'");
  expect(await inspector.query(shown)).toEqual({
    inspection: {
      id: inspection.id,
      availableSteps: [],
      stageHistory: [
        { step: null, to: "PLANNED", by: null, outside: false },
        { step: "FAULT", to: "FAULTY", by: { official: { code: official } }, outside: false },
        { step: null, to: "PASSED", by: null, outside: true },
      ],
    },
  });
});
