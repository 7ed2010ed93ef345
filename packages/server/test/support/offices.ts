import { column, definePlugin, entity, lifecycle, people, unitTree } from "@xianmai/plugin-api";

/** A plugin whose rows belong to offices, with a resolver that asks nobody anything. */
export class Office extends entity(
  "Office",
  { zh: "单位", en: "Office", title: "name", key: "code", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }),
  },
) {}

export class Official extends entity(
  "Official",
  { zh: "干部", en: "Official", title: "name", key: "code", scope: "everyone" },
  { code: column.text({ zh: "编号", en: "Code" }), name: column.text({ zh: "姓名", en: "Name" }) },
) {}

const TaskStage = lifecycle(
  "TaskStage",
  { zh: "任务阶段", en: "Task stage" },
  {
    start: "OPEN",
    states: { OPEN: { zh: "待办", en: "Open" }, DONE: { zh: "办结", en: "Done", end: true } },
    steps: { finish: { zh: "办结", en: "Finish", from: "OPEN", to: "DONE", permission: "task.finish" } },
  },
);

export class Task extends entity(
  "Task",
  { zh: "任务", en: "Task", title: "name", key: "number", scope: "office", update: "task.edit" },
  {
    number: column.text({ zh: "编号", en: "Number" }),
    name: column.text({ zh: "名称", en: "Name" }),
    office: column.reference(() => Office, { zh: "承办单位", en: "Office", inverse: "tasks" }),
    stage: column.stage(TaskStage),
  },
) {}

export const offices = definePlugin({
  name: "offices",
  version: "1.0.0",
  label: { zh: "单位", en: "Offices" },
  url: import.meta.url,
  permissions: {
    "task.finish": { zh: "办结任务", en: "Finish tasks", roles: ["township"] },
    "task.edit": { zh: "修改任务", en: "Edit tasks", roles: ["department"] },
  },
  entities: [Office, Official, Task],
  provides: { units: unitTree(Office, { parent: "parent", code: "code" }), people: people(Official, { code: "code" }) },
  resolvers: () => import("./office-resolvers.ts"),
});
