import { organization } from "@xianmai/plugin-organization";
import { Official, Unit } from "@xianmai/plugin-organization/contract";
import { alert, column, definePlugin, entity, lifecycle, metric } from "@xianmai/plugin-api";

const HazardStage = lifecycle(
  "HazardStage",
  { zh: "隐患状态", en: "Stage of a hazard" },
  {
    start: "REPORTED",
    states: {
      REPORTED: { zh: "已上报", en: "Reported", clock: { workingDays: 1 } },
      MENDING: {
        zh: "整改中",
        en: "Being mended",
        clock: { workingDays: 5, warn: 1, escalate: [1, 3], extend: { most: 3, ask: "hazard.mend", approve: "hazard.judge" } },
      },
      MENDED: { zh: "待验收", en: "Mended", pauses: true },
      CLOSED: { zh: "已销号", en: "Closed", end: true },
    },
    steps: {
      accept: { zh: "受理", en: "Accept", from: "REPORTED", to: "MENDING", permission: "hazard.mend", takes: ["mender"] },
      mend: { zh: "整改完成", en: "Mend", from: "MENDING", to: "MENDED", permission: "hazard.mend", requires: ["proof"], takes: ["cost"] },
      sendBack: {
        zh: "退回",
        en: "Send back",
        from: "MENDED",
        to: "MENDING",
        permission: "hazard.judge",
        reason: true,
        event: "hazardSentBack",
      },
      close: { zh: "销号", en: "Close", from: "MENDED", to: "CLOSED", permission: "hazard.judge", sets: { closedOn: "on" } },
    },
  },
);

class Hazard extends entity(
  "Hazard",
  { zh: "安全隐患", en: "Hazard", title: "summary", key: "number", scope: "unit", create: "hazard.mend" },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    unit: column.reference(() => Unit, { zh: "责任单位", en: "Unit", inverse: "hazards" }),
    mender: column.reference(() => Official, { zh: "整改责任人", en: "Mender", optional: true, inverse: "hazards" }),
    foundOn: column.date({ zh: "发现日期", en: "Found on" }),
    closedOn: column.date({ zh: "销号日期", en: "Closed on", optional: true }),
    cost: column.money({ zh: "整改费用", en: "Cost", optional: true }),
    stage: column.stage(HazardStage),
    proof: column.files({ zh: "整改照片", en: "Photos of the mending", types: ["image"], most: 3 }),
  },
) {}

const hazardOld = alert(
  Hazard,
  "hazardOld",
  { zh: "隐患久拖未销", en: "Hazard long open", severity: "RED", concerns: ["unit", "mender"] },
  ({ daysFromToday }) => ({ closedOn: { isNull: true }, foundOn: { lt: daysFromToday(-30) } }),
);

const closingRate = metric(Hazard, "hazardClosingRate", {
  zh: "隐患销号率",
  en: "Rate of hazards closed",
  unit: "%",
  definition: { zh: "本年发现且已销号 ÷ 本年发现", en: "Found this year and closed, over found this year" },
  value: ({ count, ratio }) => ratio(count({ period: "foundOn", where: { stage: { eq: "CLOSED" } } }), count({ period: "foundOn" })),
  dimensions: ["unit"],
});

/** Hazards and how they are mended: a whole module. */
export const hazards = definePlugin({
  name: "hazards",
  version: "1.0.0",
  label: { zh: "安全隐患", en: "Hazards" },
  url: import.meta.url,
  dependsOn: { [organization.name]: `^${organization.version}` },
  permissions: {
    "hazard.mend": { zh: "整改隐患", en: "Mend hazards", roles: ["township", "department"] },
    "hazard.judge": { zh: "验收隐患", en: "Judge mended hazards", roles: ["department"] },
  },
  entities: [Hazard],
  alerts: [hazardOld],
  metrics: [closingRate],
});
