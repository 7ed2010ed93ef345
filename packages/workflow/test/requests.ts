import { choices, column, definePlugin, entity, lifecycle, workCalendar, type PublishedDay } from "@xianmai/plugin-api";

const words = { zh: "某", en: "Some" } as const;
const text = column.text(words);

const DayKind = choices("DayKind", words, { HOLIDAY: words, MAKE_UP: words, MORNING_ONLY: words, AFTERNOON_ONLY: words });

class Day extends entity(
  "Day",
  { ...words, title: "zh", key: "date", scope: "everyone", create: "calendar.edit", delete: "calendar.edit" },
  { date: column.date(words), kind: column.choice(DayKind, words), zh: text, en: text },
) {}

class Schedule extends entity(
  "Schedule",
  { ...words, title: "morningOpens", key: "validFrom", scope: "everyone", create: "calendar.edit" },
  { validFrom: column.date(words), morningOpens: text, morningCloses: text, afternoonOpens: text, afternoonCloses: text },
) {}

const holidays = ["21", "22", "23", "24", "25", "26", "27"].map((day): PublishedDay => [
  `2023-01-${day}`,
  "HOLIDAY",
  "春节",
  "Spring Festival",
]);
const madeUp = ["28", "29"].map((day): PublishedDay => [`2023-01-${day}`, "MAKE_UP", "春节调休上班", "Spring Festival: make-up workday"]);

const RequestStage = lifecycle("RequestStage", words, {
  start: "WRITTEN",
  states: {
    WRITTEN: words,
    RECEIVED: { ...words, clock: { workingDays: 3, warn: 1, escalate: [1, 3] } },
    HANDLED: { ...words, clock: { workingHours: 4, warn: 1, escalate: [2] } },
    WAITING: { ...words, pauses: true },
    WAITING_LONGER: { ...words, pauses: true },
    ASKED_BACK: { ...words, clock: { days: 5, warn: 2 } },
    CLOSED: { ...words, end: true },
  },
  steps: {
    receive: { ...words, from: "WRITTEN", to: "RECEIVED" },
    handle: { ...words, from: "RECEIVED", to: "HANDLED" },
    wait: { ...words, from: ["RECEIVED", "HANDLED"], to: "WAITING" },
    waitOn: { ...words, from: "WAITING", to: "WAITING_LONGER" },
    goOn: { ...words, from: ["WAITING", "WAITING_LONGER"], to: "HANDLED", event: "requestGoesOn" },
    askBack: { ...words, from: "HANDLED", to: "ASKED_BACK" },
    reopen: { ...words, from: "ASKED_BACK", to: "RECEIVED", event: "requestReopened" },
    close: { ...words, from: ["HANDLED", "ASKED_BACK"], to: "CLOSED" },
  },
});

class Request extends entity(
  "Request",
  { ...words, title: "number", key: "number", scope: "everyone", create: "request.edit" },
  { number: text, stage: column.stage(RequestStage) },
) {}

/** A plugin whose requests have clocks, and the calendar by which they are counted: that of the Spring Festival of 2023. */
export const requests = definePlugin({
  name: "requests",
  version: "1.0.0",
  label: words,
  url: import.meta.url,
  permissions: { "request.edit": { ...words, roles: [] }, "calendar.edit": { ...words, roles: [] } },
  entities: [Day, Schedule, Request],
  provides: { calendar: workCalendar(Day, Schedule, [...holidays, ...madeUp]) },
});
