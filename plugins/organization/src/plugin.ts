import { definePlugin, dictionaries, people, unitTree, workCalendar } from "@xianmai/plugin-api";

import { PUBLISHED_DAYS } from "./calendar/published-days.ts";
import { demo } from "./demo.ts";
import { CalendarDay } from "./entities/calendar-day.ts";
import { DictionaryEntry } from "./entities/dictionary-entry.ts";
import { Dictionary } from "./entities/dictionary.ts";
import { Enterprise } from "./entities/enterprise.ts";
import { OfficeSchedule } from "./entities/office-schedule.ts";
import { Official } from "./entities/official.ts";
import { Unit } from "./entities/unit.ts";
import { dictionaryEntryLabel } from "./fields/dictionary-entry-label.ts";
import { migrations } from "./migrations/index.ts";
import { calendarSheet } from "./sheets/calendar.ts";
import { dictionaryEntriesSheet } from "./sheets/dictionary-entries.ts";
import { officialsSheet } from "./sheets/officials.ts";
import { unitsSheet } from "./sheets/units.ts";

/** Units, officials, enterprises, dictionaries, the work calendar (组织): the plugin that the others stand on. */
export const organization = definePlugin({
  name: "organization",
  version: "1.0.0",
  label: { zh: "组织", en: "Organization" },
  url: import.meta.url,
  permissions: {
    "calendar.edit": { zh: "维护工作日历", en: "Keep the work calendar", roles: [] },
    "dictionary.edit": { zh: "维护字典", en: "Keep the dictionaries", roles: [] },
  },
  entities: [Unit, Official, Enterprise, Dictionary, DictionaryEntry, CalendarDay, OfficeSchedule],
  fields: [dictionaryEntryLabel],
  sheets: [unitsSheet, officialsSheet, calendarSheet, dictionaryEntriesSheet],
  migrations,
  provides: {
    units: unitTree(Unit, { parent: "parent", code: "code" }),
    dictionaries: dictionaries(Dictionary, DictionaryEntry),
    people: people(Official, { code: "code" }),
    calendar: workCalendar(CalendarDay, OfficeSchedule, PUBLISHED_DAYS),
  },
  demo,
});
