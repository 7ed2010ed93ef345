// Compiled, never run: what an author may declare as an alert, and what the compiler refuses.
import { alert, choices, column, definePlugin, entity } from "@xianmai/plugin-api";

const Nature = choices("Nature", { zh: "性质", en: "Nature" }, { NEW: { zh: "新开工", en: "New" }, OLD: { zh: "续建", en: "Old" } });

class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", scope: "everyone" },
  { name: column.text({ zh: "名", en: "Name" }) },
) {}

class Project extends entity(
  "Project",
  { zh: "项目", en: "Project", title: "name", scope: "unit" },
  {
    name: column.text({ zh: "名称", en: "Name" }),
    unit: column.reference(() => Unit, { zh: "单位", en: "Unit" }),
    nature: column.choice(Nature, { zh: "性质", en: "Nature" }),
    total: column.money({ zh: "总投资", en: "Total", optional: true }),
    deadline: column.date({ zh: "时限", en: "Deadline", optional: true }),
    seenAt: column.dateTime({ zh: "查看时间", en: "Seen at" }),
  },
) {}

class Report extends entity(
  "Report",
  { zh: "月报", en: "Report", title: "note", scope: "project" },
  {
    project: column.reference(() => Project, { zh: "项目", en: "Project", inverse: "reports" }),
    month: column.yearMonth({ zh: "月份", en: "Month" }),
    note: column.text({ zh: "说明", en: "Note" }),
  },
) {}

const said = { zh: "逾期", en: "Late", severity: "RED" } as const;

const late = alert(Project, "late", { ...said, concerns: ["unit"] }, ({ today, daysFromToday }) => ({
  nature: { in: ["NEW"] },
  deadline: { lt: today },
  seenAt: { gte: daysFromToday(-3) },
  or: [{ total: { gte: "5000" } }, { not: { deadline: { isNull: true } } }],
}));
const silent = alert(Project, "silent", { ...said, concerns: ["unit"], lists: { reports: Report } }, ({ thisMonth }) => ({
  reports: { none: { month: { eq: thisMonth } } },
}));
const ofReport = alert(Report, "ofReport", { ...said, concerns: ["project.unit"] }, () => ({ note: { eq: "" } }));
definePlugin({ name: "a", version: "1.0.0", label: said, url: import.meta.url, alerts: [late, silent, ofReport] });

// @ts-expect-error a column that there is not
alert(Project, "x", { ...said, concerns: ["unit"] }, () => ({ finished: { isNull: true } }));
// @ts-expect-error a choice that there is not
alert(Project, "x", { ...said, concerns: ["unit"] }, () => ({ nature: { eq: "NEWISH" } }));
// @ts-expect-error an operator that the kind of column has not
alert(Project, "x", { ...said, concerns: ["unit"] }, () => ({ nature: { lt: "NEW" } }));
// @ts-expect-error a list that is not named
alert(Project, "x", { ...said, concerns: ["unit"] }, () => ({ reports: { none: {} } }));
// @ts-expect-error what is no reference concerns nobody
alert(Project, "x", { ...said, concerns: ["name"] }, () => ({ name: { eq: "" } }));
// @ts-expect-error a grade that there is not
alert(Project, "x", { ...said, severity: "ORANGE", concerns: ["unit"] }, () => ({ name: { eq: "" } }));
// @ts-expect-error money is exact, a text
alert(Project, "x", { ...said, concerns: ["unit"] }, () => ({ total: { gte: 5000 } }));
