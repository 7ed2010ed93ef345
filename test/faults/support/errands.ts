import { alert, column, definePlugin, entity, lifecycle } from "@xianmai/plugin-api";
import { Unit } from "@xianmai/plugin-organization/contract";

const ErrandStage = lifecycle(
  "ErrandStage",
  { zh: "事项状态", en: "Stage of an errand" },
  {
    start: "OPEN",
    states: {
      OPEN: { zh: "待领", en: "Open" },
      HANDLED: { zh: "办理中", en: "Handled", clock: { workingDays: 3, warn: 1, escalate: [2] } },
      DONE: { zh: "办结", en: "Done" },
    },
    steps: {
      take: { zh: "领取", en: "Take", from: "OPEN", to: "HANDLED" },
      finish: { zh: "办结", en: "Finish", from: "HANDLED", to: "DONE" },
      reopen: { zh: "退回", en: "Reopen", from: "DONE", to: "HANDLED", event: "errandReopened" },
    },
  },
);

class Errand extends entity(
  "Errand",
  { zh: "事项", en: "Errand", title: "code", key: "code", scope: "unit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "errands" }),
    stage: column.stage(ErrandStage),
    deadline: column.date({ zh: "时限", en: "Deadline", optional: true }),
    doneOn: column.date({ zh: "完成日期", en: "Done on", optional: true }),
  },
) {}

const late = alert(Errand, "errandLate", { zh: "事项逾期", en: "Errand late", severity: "RED", concerns: ["unit"] }, ({ today }) => ({
  doneOn: { isNull: true },
  deadline: { lt: today },
}));

/** Errands of units: with a day by which they are to be done, and a clock that goes up the tree. */
export const errands = definePlugin({
  name: "errands",
  version: "1.0.0",
  label: { zh: "事项", en: "Errands" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  entities: [Errand],
  alerts: [late],
});
