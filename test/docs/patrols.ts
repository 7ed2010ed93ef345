// The plugin of docs/plugins/jobs.md, as its reader would have written it.
import { column, definePlugin, entity, job } from "@xianmai/plugin-api";
import { Unit } from "@xianmai/plugin-organization/contract";

export class Patrol extends entity(
  "Patrol",
  { zh: "巡查", en: "Patrol", title: "code", key: "code", scope: "unit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit", inverse: "patrols" }),
    planned: column.date({ zh: "计划日期", en: "Planned for" }),
    isMissed: column.boolean({ zh: "已漏查", en: "Missed" }),
  },
) {}

export const markMissed = job(
  "patrols.markMissed",
  { zh: "标记漏查", en: "Mark what was missed", schedule: "0 1 * * *" },
  async (_, { clock, transaction }) =>
    transaction(async ({ em }) => {
      const missed = await em.find(Patrol, { planned: { $lt: clock.today() }, isMissed: false });
      for (const patrol of missed) patrol.isMissed = true;
    }),
);

export const patrols = definePlugin({
  name: "patrols",
  version: "1.0.0",
  label: { zh: "巡查", en: "Patrols" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  entities: [Patrol],
  jobs: [markMissed],
});
