// The plugin of docs/plugins/lifecycles.md, as its reader would have written it.
import { column, definePlugin, entity, lifecycle, rules } from "@xianmai/plugin-api";
import { Official, Unit } from "@xianmai/plugin-organization/contract";

export const InspectionStage = lifecycle(
  "InspectionStage",
  { zh: "检查状态", en: "Stage of an inspection" },
  {
    start: "PLANNED",
    states: {
      PLANNED: { zh: "计划", en: "Planned" },
      FAULTY: { zh: "待整改", en: "Faulty" },
      PASSED: { zh: "合格", en: "Passed", end: true },
    },
    steps: {
      pass: { zh: "判定合格", en: "Pass", from: ["PLANNED", "FAULTY"], to: "PASSED", sets: { passedOn: "on" } },
      fault: {
        zh: "判定不合格",
        en: "Find fault",
        from: "PLANNED",
        to: "FAULTY",
        permission: "inspection.judge",
        requires: ["found"],
        takes: ["found"],
      },
      remind: { zh: "催办", en: "Remind", from: "FAULTY", to: "FAULTY", reason: true, event: "inspectionReminded" },
    },
  },
);

export class Inspection extends entity(
  "Inspection",
  { zh: "检查", en: "Inspection", title: "code", key: "code", scope: "unit", create: "inspection.judge" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "inspections" }),
    inspector: column.reference(() => Official, { zh: "检查人", en: "Inspector", inverse: "inspections" }),
    found: column.text({ zh: "问题", en: "Found", optional: true }),
    passedOn: column.date({ zh: "合格日期", en: "Passed on", optional: true }),
    stage: column.stage(InspectionStage),
  },
) {}

export const inspectionRules = rules(Inspection, InspectionStage, {
  pass: (inspection, viewer) => (viewer.user === inspection.inspectorId ? undefined : "ONLY_THE_INSPECTOR"),
});

export const inspections = definePlugin({
  name: "inspections",
  version: "1.0.0",
  label: { zh: "检查", en: "Inspections" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: { "inspection.judge": { zh: "判定检查结果", en: "Judge inspections", roles: ["department"] } },
  entities: [Inspection],
  rules: [inspectionRules],
  problems: { ONLY_THE_INSPECTOR: { zh: "只有检查人可以判定合格。", en: "Only the inspector can let it pass." } },
});
