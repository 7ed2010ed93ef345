import { column, definePlugin, entity, job, type Plugin } from "@xianmai/plugin-api";

/** One line of what jobs did: how often a line is there tells how often it was done. */
export class Tally extends entity(
  "Tally",
  { zh: "计数", en: "Tally", plural: "tallies", title: "line", scope: "everyone" },
  {
    line: column.text({ zh: "内容", en: "Line" }),
  },
) {}

/** Writes a line. */
export const write = job<{ readonly line: string }>(
  "tallies.write",
  { zh: "写一行", en: "Write a line" },
  async ({ line }, { transaction }) =>
    transaction(async ({ em }) => {
      em.persist(em.create(Tally, { line } as never));
    }),
);

/** The plugin of these tests with further jobs. */
export function talliesWith(...jobs: Plugin["jobs"]): Plugin {
  return definePlugin({
    name: "tallies",
    version: "1.0.0",
    label: { zh: "计数", en: "Tallies" },
    url: import.meta.url,
    permissions: { "jobs.see": { zh: "查看后台任务", en: "See jobs", roles: ["department"] } },
    entities: [Tally],
    jobs: [write, ...jobs],
  });
}
