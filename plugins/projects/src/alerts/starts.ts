import { alert } from "@xianmai/plugin-api";

import { Project } from "../entities/project.ts";

/** How many days before its deadline a start that has not been made is due soon. */
const SOON = 15;

// as the figures of overdue starts count: new starts alone, packages once
const waiting = {
  parent: { isNull: true },
  nature: { eq: "NEW_START" },
  stage: { ne: "WITHDRAWN" },
  actualStart: { isNull: true },
} as const;
const concerns = ["responsibleUnit", "leader"] as const;

/** A new start whose deadline is near. */
export const startDueSoon = alert(
  Project,
  "startDueSoon",
  { zh: "临近开工时限", en: "Start due soon", severity: "YELLOW", concerns },
  ({ today, daysFromToday }) => ({ ...waiting, startDeadline: { gte: today, lte: daysFromToday(SOON) } }),
);

/** A new start whose deadline has passed. */
export const startOverdue = alert(
  Project,
  "startOverdue",
  { zh: "逾期未开工", en: "Start overdue", severity: "RED", concerns },
  ({ today }) => ({ ...waiting, startDeadline: { lt: today } }),
);
