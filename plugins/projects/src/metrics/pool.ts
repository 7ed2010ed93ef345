import { metric } from "@xianmai/plugin-api";

import { Project } from "../entities/project.ts";

/** What projects are counted by. */
const dimensions = ["field", "nature", "level", "stage", "township", "responsibleUnit", "leader", "batch"] as const;

/** How many projects start or continue this year, packages counted once. */
export const keyProjectCount = metric(Project, "keyProjectCount", {
  zh: "重点项目数",
  en: "Key projects",
  unit: { zh: "个", en: "projects" },
  definition: {
    zh: "新开工和续建项目，不含退库的；打包项目计一个。",
    en: "Projects that start or continue, other than withdrawn ones; a package counts once.",
  },
  where: { parent: { isNull: true }, nature: { in: ["NEW_START", "CONTINUING"] }, stage: { ne: "WITHDRAWN" } },
  value: ({ count }) => count(),
  dimensions,
});

/** What they cost in all. */
export const keyProjectInvestment = metric(Project, "keyProjectInvestment", {
  zh: "重点项目总投资",
  en: "Total investment of key projects",
  unit: "亿元",
  definition: {
    zh: "新开工和续建项目的总投资，不含退库的；打包项目只计一次。",
    en: "The total investment of projects that start or continue, other than withdrawn ones; a package counts once.",
  },
  where: { parent: { isNull: true }, nature: { in: ["NEW_START", "CONTINUING"] }, stage: { ne: "WITHDRAWN" } },
  value: ({ sum }) => sum("totalInvestment"),
  dimensions,
});
