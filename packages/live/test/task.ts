import { column, definePlugin, entity, lifecycle } from "@xianmai/plugin-api";
import { buildModel, entityOf, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import { differenceOf, migrate } from "@xianmai/database";
import { createTestDatabase, type TestDatabase } from "@xianmai/database/testing";

export const stages = ["OPEN", "DOING", "DONE"] as const;

export const TaskStage = lifecycle(
  "TaskStage",
  { zh: "任务阶段", en: "Task stage" },
  {
    start: "OPEN",
    states: {
      OPEN: { zh: "待办", en: "Open" },
      DOING: { zh: "在办", en: "Doing" },
      DONE: { zh: "办结", en: "Done", end: true },
    },
    steps: {
      begin: { zh: "开始", en: "Begin", from: "OPEN", to: "DOING" },
      finish: { zh: "办结", en: "Finish", from: "DOING", to: "DONE" },
      reopen: { zh: "重办", en: "Reopen", from: "DONE", to: "DOING", event: "taskReopened" },
    },
  },
);

class Task extends entity(
  "Task",
  { zh: "任务", en: "Task", title: "name", scope: "everyone" },
  { name: column.text({ zh: "名称", en: "Name" }), stage: column.stage(TaskStage) },
) {}

const declared = definePlugin({
  name: "tasks",
  version: "1.0.0",
  label: { zh: "任务", en: "Tasks" },
  url: import.meta.url,
  entities: [Task],
});

/** The model of one plugin with tasks, its table made by a first migration. */
const model: Model = (() => {
  const difference = differenceOf(buildModel([declared]), declared);
  return buildModel([{ ...declared, migrations: difference === undefined ? [] : [{ id: "2026-01-01-task", ...difference }] }]);
})();

export const task: EntityModel = entityOf(model, "Task");

/** A migrated database with no task. */
export async function taskDatabase(): Promise<TestDatabase> {
  return createTestDatabase({
    name: "live: tasks",
    prepare: async ({ owner }) => {
      await migrate({ owner, model, log: () => undefined });
    },
  });
}
