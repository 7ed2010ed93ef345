import { column, definePlugin, entity, lifecycle, rules } from "@xianmai/plugin-api";

const VisitStage = lifecycle(
  "VisitStage",
  { zh: "走访状态", en: "Stage of a visit" },
  {
    start: "PLANNED",
    states: {
      PLANNED: { zh: "计划", en: "Planned" },
      MADE: { zh: "已走访", en: "Made" },
      CALLED_OFF: { zh: "取消", en: "Called off", end: true },
      FILED: { zh: "归档", en: "Filed", end: true },
    },
    steps: {
      make: { zh: "走访", en: "Make", from: "PLANNED", to: "MADE", takes: ["found"], sets: { madeOn: "on" } },
      callOff: { zh: "取消", en: "Call off", from: "PLANNED", to: "CALLED_OFF", reason: true },
      file: { zh: "归档", en: "File", from: ["MADE"], to: "FILED", permission: "visit.file" },
    },
  },
);

/** A visit, with a lifecycle that uses everything a step can say. */
class Visit extends entity(
  "Visit",
  {
    zh: "走访",
    en: "Visit",
    title: "number",
    key: "number",
    scope: "everyone",
    create: "visit.edit",
    update: "visit.edit",
    delete: "visit.edit",
  },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    stage: column.stage(VisitStage),
    found: column.text({ zh: "发现", en: "Found", optional: true }),
    madeOn: column.date({ zh: "走访日期", en: "Made on", optional: true }),
  },
) {}

export const visits = definePlugin({
  name: "visits",
  version: "1.0.0",
  label: { zh: "走访", en: "Visits" },
  url: import.meta.url,
  permissions: {
    "visit.file": { zh: "归档走访", en: "File visits", roles: ["department"] },
    "visit.edit": { zh: "编辑走访", en: "Edit visits", roles: ["department"] },
  },
  entities: [Visit],
  rules: [rules(Visit, VisitStage, { file: (visit) => (visit.found === null ? "NOTHING_FOUND" : undefined) })],
  problems: { NOTHING_FOUND: { zh: "没有填写发现，不能归档。", en: "Nothing was found; a visit without findings cannot be filed." } },
});
