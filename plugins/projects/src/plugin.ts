import { definePlugin } from "@xianmai/plugin-api";

import { startDueSoon, startOverdue } from "./alerts/starts.ts";
import { demo } from "./demo.ts";
import { projectField } from "./dictionaries/project-field.ts";
import { Project } from "./entities/project.ts";
import { projectRules } from "./lifecycles/project-rules.ts";
import { keyProjectCount, keyProjectInvestment } from "./metrics/pool.ts";
import { startRateOfDue, startRateOfYear, startsDue, startsMade, startsOverdue, startsPlanned } from "./metrics/starts.ts";
import { migrations } from "./migrations/index.ts";
import { projectsSheet } from "./sheets/projects.ts";

/** A county's key projects and their way from the pool into production (重点项目). */
export const projects = definePlugin({
  name: "projects",
  version: "1.0.0",
  label: { zh: "重点项目", en: "Key projects" },
  url: import.meta.url,
  dependsOn: { organization: "^1.0.0" },
  permissions: {
    "project.edit": { zh: "编辑项目", en: "Edit projects", roles: ["department", "township"] },
    "project.advance": { zh: "推进项目阶段", en: "Advance projects", roles: ["department", "township"] },
    "project.decide": { zh: "决定项目入库和退库", en: "Decide what enters and leaves the pool", roles: ["department"] },
  },
  entities: [Project],
  dictionaries: [projectField],
  rules: [projectRules],
  metrics: [keyProjectCount, keyProjectInvestment, startsMade, startsDue, startsPlanned, startsOverdue, startRateOfYear, startRateOfDue],
  alerts: [startDueSoon, startOverdue],
  sheets: [projectsSheet],
  screens: [{ name: "projects", zh: "重点项目", en: "Key projects" }],
  problems: {
    PLANNED_PROJECT_CANNOT_START: {
      zh: "谋划项目不能直接开工，请先将建设性质改为新开工。",
      en: "A planned project cannot start; make it a new start first.",
    },
  },
  migrations,
  demo,
});
