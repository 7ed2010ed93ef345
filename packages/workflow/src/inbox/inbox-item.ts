import { column, entity, type Entity } from "@xianmai/plugin-api";

import { AlertSeverity } from "../alerts/alert.ts";
import type { Surroundings } from "../parts/surroundings.ts";

/**
 * What waits for somebody (待办): one for each unit, and official where one is known, that an alert concerns. Its text is its own, since whoever
 * has to act may not see the record. It belongs to its unit.
 */
export function inboxItemEntity({ units, people }: Surroundings, alert: Entity<"Alert">, watched: readonly Entity[]): Entity<"InboxItem"> {
  class InboxItem extends entity(
    "InboxItem",
    { zh: "待办", en: "Inbox item", title: "zh", order: "raisedAt", scope: "unit" },
    {
      alert: column.reference(() => alert, { zh: "预警", en: "Alert", inverse: "inboxItems" }),
      zh: column.text({ zh: "中文名称", en: "Name in Chinese" }),
      en: column.text({ zh: "英文名称", en: "Name in English" }),
      severity: column.choice(AlertSeverity, { zh: "级别", en: "Severity" }),
      level: column.integer({ zh: "上报层级", en: "Level" }),
      subject: column.subject({ zh: "所涉记录", en: "What it is about", type: "subjectType", of: () => watched, inverse: "inboxItems" }),
      subjectType: column.text({ zh: "记录类型", en: "Type of what it is about" }),
      about: column.text({ zh: "记录名称", en: "What the record was called" }),
      unit: column.reference(() => units.entity, { zh: "承办单位", en: "Unit" }),
      official: column.reference(() => people.entity, {
        zh: "承办人",
        en: "Official",
        description: { zh: "由单位承办、未指定到人则为空。", en: "Null where it is the whole unit's." },
        optional: true,
      }),
      raisedAt: column.dateTime({ zh: "收到时间", en: "Received at" }),
      doneAt: column.dateTime({
        zh: "办结时间",
        en: "Done at",
        description: {
          zh: "预警解除或不再涉及该单位、人员时自动办结；待办则为空。",
          en: "Set by itself when the alert is cleared or concerns them no longer; null while it waits.",
        },
        optional: true,
      }),
      readAt: column.dateTime({ zh: "阅读时间", en: "Read at", optional: true }),
      readBy: column.reference(() => people.entity, { zh: "阅读人", en: "Read by", optional: true }),
      delegatedTo: column.reference(() => people.entity, { zh: "转办给", en: "Delegated to", optional: true }),
      delegatedBy: column.reference(() => people.entity, { zh: "转办人", en: "Delegated by", optional: true }),
      delegatedAt: column.dateTime({ zh: "转办时间", en: "Delegated at", optional: true }),
      delegationReason: column.text({ zh: "转办原因", en: "Why it was delegated", optional: true }),
    },
  ) {}
  return InboxItem;
}
