import { metric, type Measure, type MetricTools } from "@xianmai/plugin-api";

import { Project } from "../entities/project.ts";

type Tools = MetricTools<(typeof Project)["definition"]["columns"]>;

// new starts alone, packages once
const where = { parent: { isNull: true }, nature: { eq: "NEW_START" } } as const;
const dimensions = [
  "field",
  "level",
  "township",
  "responsibleUnit",
  "leader",
  "batch",
  { column: "startDeadline", by: "quarter" },
] as const;
const unit = { zh: "个", en: "projects" };

const started = ({ count }: Tools): Measure => count({ period: "actualStart" });
const due = ({ count }: Tools): Measure => count({ period: "startDeadline" });
const planned = ({ count }: Tools): Measure => count({ period: { wholeYear: "startDeadline" } });

/** New starts that started this year. */
export const startsMade = metric(Project, "startsMade", {
  zh: "已开工",
  en: "Starts made",
  unit,
  definition: { zh: "本年截至当月实际开工的新开工项目。", en: "New starts that started this year, by the end of the month." },
  where,
  value: started,
  dimensions,
});

/** New starts whose deadline has come. */
export const startsDue = metric(Project, "startsDue", {
  zh: "应开工",
  en: "Starts due",
  unit,
  definition: {
    zh: "开工时限在本年、截至当月已到的新开工项目。",
    en: "New starts whose deadline lies in this year and has come by the end of the month.",
  },
  where,
  value: due,
  dimensions,
});

/** New starts that are due this year. */
export const startsPlanned = metric(Project, "startsPlanned", {
  zh: "全年计划开工",
  en: "Starts planned for the year",
  unit,
  definition: { zh: "开工时限在本年的新开工项目。", en: "New starts whose deadline lies in the year." },
  where,
  value: planned,
  dimensions,
});

/** New starts that are late. */
export const startsOverdue = metric(Project, "startsOverdue", {
  zh: "逾期未开工",
  en: "Starts overdue",
  unit,
  definition: {
    zh: "开工时限已到、截至当月尚未开工的新开工项目。",
    en: "New starts whose deadline has come and that had not started by the end of the month.",
  },
  where,
  value: ({ count }) => count({ period: "startDeadline", where: { actualStart: { reached: false } } }),
  dimensions,
});

/** How far the year's starts have come. */
export const startRateOfYear = metric(Project, "startRateOfYear", {
  zh: "全年开工率",
  en: "Start rate against the year",
  unit: "%",
  definition: { zh: "已开工 ÷ 全年计划开工。", en: "Starts made over starts planned for the year." },
  where,
  value: (tools) => tools.ratio(started(tools), planned(tools)),
  dimensions,
});

/** How far the starts have come that are due. */
export const startRateOfDue = metric(Project, "startRateOfDue", {
  zh: "应开工项目开工率",
  en: "Start rate against what is due",
  unit: "%",
  definition: {
    zh: "已开工 ÷ 应开工；提前开工的也计入，可超过 100 %。",
    en: "Starts made over starts due; early ones count, so that it may exceed 100 %.",
  },
  where,
  value: (tools) => tools.ratio(started(tools), due(tools)),
  dimensions,
});
