import { column, definePlugin, entity, lifecycle } from "@xianmai/plugin-api";

import { Town } from "./leads.ts";

const MatterStage = lifecycle(
  "MatterStage",
  { zh: "事项状态", en: "Stage of a matter" },
  {
    start: "OPEN",
    states: {
      OPEN: { zh: "待办", en: "Open" },
      HANDLED: {
        zh: "办理中",
        en: "Handled",
        clock: { workingDays: 3, warn: 1, escalate: [1, 3], extend: { most: 5, ask: "matter.handle", approve: "matter.review" } },
      },
      WAITING: { zh: "待补正", en: "Waiting", pauses: true },
      URGENT: {
        zh: "急办",
        en: "Urgent",
        clock: { workingHours: 4, extend: { most: 6, ask: "matter.review", approve: "matter.review" } },
      },
      ANSWERED: { zh: "已答复", en: "Answered", clock: { days: 5 } },
      CLOSED: { zh: "办结", en: "Closed", end: true },
    },
    steps: {
      handle: { zh: "办理", en: "Handle", from: "OPEN", to: "HANDLED" },
      wait: { zh: "要求补正", en: "Wait", from: "HANDLED", to: "WAITING" },
      resume: { zh: "补正完毕", en: "Resume", from: "WAITING", to: "HANDLED", event: "matterResumed" },
      hurry: { zh: "转急办", en: "Hurry", from: "HANDLED", to: "URGENT" },
      slow: { zh: "转常办", en: "Slow down", from: "URGENT", to: "HANDLED", event: "matterSlowed" },
      answer: { zh: "答复", en: "Answer", from: "HANDLED", to: "ANSWERED" },
      close: { zh: "办结", en: "Close", from: "ANSWERED", to: "CLOSED" },
    },
  },
);

class Matter extends entity(
  "Matter",
  {
    zh: "事项",
    en: "Matter",
    title: "number",
    key: "number",
    scope: { read: ["town", "helper"], write: "town" },
    create: "matter.handle",
  },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    town: column.reference(() => Town, { zh: "单位", en: "Town", inverse: "matters" }),
    helper: column.reference(() => Town, { zh: "协办单位", en: "Helper", inverse: "helpedMatters", optional: true }),
    stage: column.stage(MatterStage),
  },
) {}

/** A plugin whose matters belong to towns, and have clocks that can be made longer: by the calendar of `requests`, for the people of `leads`. */
export const matters = definePlugin({
  name: "matters",
  version: "1.0.0",
  label: { zh: "事项", en: "Matters" },
  url: import.meta.url,
  dependsOn: { leads: "^1.0.0", requests: "^1.0.0" },
  permissions: {
    "matter.handle": { zh: "办理事项", en: "Handle matters", roles: ["department", "township"] },
    "matter.review": { zh: "审批延期", en: "Decide about more time", roles: ["department"] },
  },
  entities: [Matter],
});
