import {
  alert,
  choices,
  column,
  definePlugin,
  entity,
  lifecycle,
  people,
  unitTree,
  workCalendar,
  type PublishedDay,
} from "@xianmai/plugin-api";

const words = { zh: "某", en: "Some" } as const;
const text = column.text(words);

class Office extends entity(
  "Office",
  { zh: "单位", en: "Office", title: "name", key: "code", scope: "everyone" },
  { code: text, name: text, parent: column.self({ ...words, inverse: "below" }) },
) {}

class Official extends entity(
  "Official",
  { zh: "干部", en: "Official", title: "name", key: "code", scope: "office" },
  { code: text, name: text, office: column.reference(() => Office, { ...words, inverse: "officials" }) },
) {}

const DayKind = choices("DayKind", words, { HOLIDAY: words, MAKE_UP: words, MORNING_ONLY: words, AFTERNOON_ONLY: words });

class Day extends entity(
  "Day",
  { ...words, title: "zh", key: "date", scope: "everyone", create: "task.edit", delete: "task.edit" },
  { date: column.date(words), kind: column.choice(DayKind, words), zh: text, en: text },
) {}

class Schedule extends entity(
  "Schedule",
  { ...words, title: "morningOpens", key: "validFrom", scope: "everyone", create: "task.edit" },
  { validFrom: column.date(words), morningOpens: text, morningCloses: text, afternoonOpens: text, afternoonCloses: text },
) {}

const holidays = ["21", "22", "23", "24", "25", "26", "27"].map((day): PublishedDay => [`2023-01-${day}`, "HOLIDAY", "春节", "Spring"]);
const madeUp = ["28", "29"].map((day): PublishedDay => [`2023-01-${day}`, "MAKE_UP", "春节调休上班", "Spring"]);

const TaskStage = lifecycle(
  "TaskStage",
  { zh: "任务状态", en: "Stage of a task" },
  {
    start: "GIVEN",
    states: {
      GIVEN: { zh: "待领", en: "Given" },
      TAKEN: {
        zh: "办理中",
        en: "Taken",
        clock: { workingDays: 3, warn: 1, escalate: [1, 3], extend: { most: 5, ask: "task.edit", approve: "task.edit" } },
      },
      WAITING: { zh: "待补正", en: "Waiting", pauses: true },
      DONE: { zh: "办结", en: "Done", end: true },
    },
    steps: {
      take: { zh: "领取", en: "Take", from: "GIVEN", to: "TAKEN" },
      wait: { zh: "待补正", en: "Wait", from: "TAKEN", to: "WAITING" },
      goOn: { zh: "补正", en: "Go on", from: "WAITING", to: "TAKEN", event: "taskGoesOn" },
      finish: { zh: "办结", en: "Finish", from: ["TAKEN", "WAITING"], to: "DONE" },
    },
  },
);

/** A task of an office, with a day by which it is to be done. */
export class Task extends entity(
  "Task",
  { zh: "任务", en: "Task", title: "name", key: "code", scope: "office", create: "task.edit", update: "task.edit" },
  {
    code: column.text({ zh: "编号", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    office: column.reference(() => Office, { zh: "单位", en: "Office", inverse: "tasks" }),
    lead: column.reference(() => Official, { zh: "负责人", en: "Lead", inverse: "tasks", optional: true }),
    stage: column.stage(TaskStage),
    deadline: column.date({ zh: "时限", en: "Deadline", optional: true }),
    doneOn: column.date({ zh: "完成日期", en: "Done on", optional: true }),
    cost: column.money({ zh: "费用", en: "Cost", optional: true }),
  },
) {}

/** What is told of a task each month. */
class Note extends entity(
  "Note",
  { zh: "月报", en: "Note", title: "text", scope: "task" },
  { task: column.reference(() => Task, { zh: "任务", en: "Task", inverse: "notes" }), month: column.yearMonth(words), text },
) {}

const late = alert(Task, "taskLate", { zh: "任务逾期", en: "Task late", severity: "RED", concerns: ["office", "lead"] }, ({ today }) => ({
  doneOn: { isNull: true },
  deadline: { lt: today },
}));
const dear = alert(Task, "taskDear", { zh: "费用过高", en: "Task dear", severity: "YELLOW", concerns: ["office"] }, () => ({
  or: [{ cost: { gt: "5000" } }, { cost: { isNull: true }, name: { eq: "无预算" } }],
}));
const silent = alert(
  Task,
  "taskSilent",
  { zh: "本月未报", en: "No note this month", severity: "YELLOW", concerns: ["office"], lists: { notes: Note } },
  ({ thisMonth }) => ({ stage: { eq: "WAITING" }, notes: { none: { month: { eq: thisMonth } } } }),
);
const blank = alert(Note, "noteBlank", { zh: "月报空白", en: "Blank note", severity: "YELLOW", concerns: ["task.lead"] }, () => ({
  text: { eq: "" },
}));

/** A plugin whose tasks have alerts of every kind, and a clock that goes up the tree of offices. */
export const tasks = definePlugin({
  name: "tasks",
  version: "1.0.0",
  label: words,
  url: import.meta.url,
  permissions: { "task.edit": { ...words, roles: ["department"] } },
  entities: [Office, Official, Day, Schedule, Task, Note],
  alerts: [late, dear, silent, blank],
  provides: {
    units: unitTree(Office, { parent: "parent", code: "code" }),
    people: people(Official, { code: "code" }),
    calendar: workCalendar(Day, Schedule, [...holidays, ...madeUp]),
  },
});

/** The county C, a bureau B below it with its desk D, another bureau X; an official in each. */
export const OFFICES: readonly string[] = [
  "insert into app.office (code, name) values ('C', '县')",
  "insert into app.office (code, name, parent_id) select v.code, v.name, o.id from app.office o, (values ('B', '局'), ('X', '外局')) v (code, name) where o.code = 'C'",
  "insert into app.office (code, name, parent_id) select 'D', '科', o.id from app.office o where o.code = 'B'",
  "insert into app.official (code, name, office_id) select 'O' || o.code, o.name || '长', o.id from app.office o",
];
