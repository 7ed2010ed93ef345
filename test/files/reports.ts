import { column, definePlugin, entity, lifecycle, people, unitTree } from "@xianmai/plugin-api";

class Town extends entity(
  "Town",
  { zh: "乡镇", en: "Town", title: "name", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "below" }),
  },
) {}

class Official extends entity(
  "Official",
  { zh: "干部", en: "Official", title: "name", key: "code", scope: "town" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "姓名", en: "Name" }),
    town: column.reference(() => Town, { zh: "单位", en: "Town", inverse: "officials" }),
  },
) {}

const ReportStage = lifecycle(
  "ReportStage",
  { zh: "月报阶段", en: "Stage of a report" },
  {
    start: "DRAFT",
    states: {
      DRAFT: { zh: "草稿", en: "Draft" },
      HANDED_IN: { zh: "已上报", en: "Handed in" },
      CHECKED: { zh: "已核实", en: "Checked", end: true },
    },
    steps: {
      handIn: { zh: "上报", en: "Hand in", from: "DRAFT", to: "HANDED_IN", requires: ["proof"] },
      check: { zh: "核实", en: "Check", from: "HANDED_IN", to: "CHECKED", requires: ["tables"], takes: ["tables"] },
    },
  },
);

class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "number", key: "number", scope: "town", update: "report.edit" },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    stage: column.stage(ReportStage),
    town: column.reference(() => Town, { zh: "单位", en: "Town", inverse: "reports" }),
    proof: column.files({ zh: "佐证材料", en: "Proof", types: ["image", "pdf", "office"], most: 3, largest: 1 }),
    tables: column.files({ zh: "数据表", en: "Tables", types: ["text"], largest: 2 }),
  },
) {}

/** Reports of towns, which are handed in with proof. */
export const reports = definePlugin({
  name: "reports",
  version: "1.0.0",
  label: { zh: "月报", en: "Reports" },
  url: import.meta.url,
  permissions: { "report.edit": { zh: "填报月报", en: "Write reports", roles: ["department"] } },
  entities: [Town, Official, Report],
  provides: { units: unitTree(Town, { parent: "parent", code: "code" }), people: people(Official, { code: "code" }) },
});
