import { rules } from "@xianmai/plugin-api";

import { Project } from "../entities/project.ts";
import { ProjectStage } from "./project-stage.ts";

/** What a step asks of a project beside its stage. */
export const projectRules = rules(Project, ProjectStage, {
  // a planned project has no place in the year's starts until it is listed as one
  start: (project) => (project.nature === "PLANNED" ? "PLANNED_PROJECT_CANNOT_START" : undefined),
});
