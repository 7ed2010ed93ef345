// The plugin of docs/plugins/clocks.md, as its reader would have written it.
import { column, definePlugin, entity, lifecycle } from "@xianmai/plugin-api";
import { Unit } from "@xianmai/plugin-organization/contract";

export const RequestStage = lifecycle(
  "RequestStage",
  { zh: "诉求状态", en: "Stage of a request" },
  {
    start: "RECEIVED",
    states: {
      RECEIVED: { zh: "待受理", en: "Received", clock: { workingHours: 4 } },
      HANDLED: {
        zh: "办理中",
        en: "Handled",
        clock: { workingDays: 3, warn: 1, escalate: [1, 3], extend: { most: 5, ask: "request.handle", approve: "request.review" } },
      },
      WAITING: { zh: "待补正", en: "Waiting for the enterprise", pauses: true },
      CLOSED: { zh: "已办结", en: "Closed", end: true },
    },
    steps: {
      accept: { zh: "受理", en: "Accept", from: "RECEIVED", to: "HANDLED" },
      askBack: { zh: "要求补正", en: "Ask back", from: "HANDLED", to: "WAITING", reason: true },
      resume: { zh: "补正完毕", en: "Resume", from: "WAITING", to: "HANDLED", event: "requestResumed" },
      close: { zh: "办结", en: "Close", from: "HANDLED", to: "CLOSED" },
    },
  },
);

export class Request extends entity(
  "Request",
  { zh: "诉求", en: "Request", title: "summary", key: "code", scope: "unit", create: "request.handle" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    summary: column.text({ zh: "内容", en: "Summary" }),
    unit: column.reference(() => Unit, { zh: "承办单位", en: "Unit", inverse: "requests" }),
    stage: column.stage(RequestStage),
  },
) {}

export const requests = definePlugin({
  name: "requests",
  version: "1.0.0",
  label: { zh: "诉求", en: "Requests" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: {
    "request.handle": { zh: "办理诉求", en: "Handle requests", roles: ["department", "township"] },
    "request.review": { zh: "审批延期", en: "Decide about more time", roles: ["department"] },
  },
  entities: [Request],
});
