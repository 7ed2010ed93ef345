import { choices, column, definePlugin, entity, lifecycle, type Choice } from "@xianmai/plugin-api";

/** A small plugin with resolvers of its own, as a third party would write it. */
export const BlockerKind = choices(
  "BlockerKind",
  { zh: "堵点类别", en: "Kind of blocker" },
  { LAND: { zh: "土地", en: "Land" }, FUNDS: { zh: "资金", en: "Funds" } },
);
export type BlockerKind = Choice<typeof BlockerKind>;

const BlockerStage = lifecycle(
  "BlockerStage",
  { zh: "堵点状态", en: "Blocker stage" },
  {
    start: "RAISED",
    states: { RAISED: { zh: "已提出", en: "Raised" }, CLOSED: { zh: "已销号", en: "Closed", end: true } },
    steps: { close: { zh: "销号", en: "Close", from: "RAISED", to: "CLOSED", permission: "blocker.handle", sets: { closedOn: "on" } } },
  },
);

export class Blocker extends entity(
  "Blocker",
  { zh: "堵点", en: "Blocker", title: "summary", key: "number", scope: "everyone", update: "blocker.handle" },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    summary: column.text({ zh: "情况", en: "Summary" }),
    kind: column.choice(BlockerKind, { zh: "类别", en: "Kind", default: "LAND" }),
    cost: column.money({ zh: "涉及金额", en: "Cost", optional: true }),
    stage: column.stage(BlockerStage),
    closedOn: column.date({ zh: "销号日期", en: "Closed on", optional: true }),
  },
) {}

export const blockers = definePlugin({
  name: "blockers",
  version: "1.2.0",
  label: { zh: "堵点", en: "Blockers" },
  url: import.meta.url,
  permissions: { "blocker.handle": { zh: "办理堵点", en: "Handle blockers", roles: ["department"] } },
  entities: [Blocker],
  sheets: [
    {
      name: "blockers",
      label: { zh: "堵点清单", en: "List of blockers" },
      entity: Blocker,
      columns: { number: {}, summary: {}, kind: {}, cost: {} },
    },
  ],
  screens: [{ name: "blockers", zh: "堵点", en: "Blockers" }],
  resolvers: () => import("./blocker-resolvers.ts"),
});

/** Adds to the first: a field on its entity, and a type that implements its interface. */
export const urgency = definePlugin({
  name: "urgency",
  version: "1.0.0",
  label: { zh: "紧急程度", en: "Urgency" },
  url: import.meta.url,
  dependsOn: { blockers: "^1.0.0" },
  resolvers: () => import("./urgency-resolvers.ts"),
});
