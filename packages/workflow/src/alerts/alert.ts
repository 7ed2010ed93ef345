import { choices, column, entity, type Entity } from "@xianmai/plugin-api";

import type { Surroundings } from "../parts/surroundings.ts";

/** How grave an alert is. */
export const AlertSeverity = choices(
  "AlertSeverity",
  { zh: "预警级别", en: "Severity of an alert" },
  {
    YELLOW: { zh: "黄色预警", en: "Yellow", description: { zh: "临近期限，提醒办理。", en: "A limit is near." } },
    RED: { zh: "红色预警", en: "Red", description: { zh: "已经逾期或已成事实。", en: "It has happened, or a limit is over." } },
  },
);

/**
 * An alert (预警) about a record: raised and cleared by the platform alone. Of one rule, record and level one is open at most. Who sees the record sees it.
 *
 * @param watched the entities about whose rows there may be alerts
 */
export function alertEntity({ units }: Surroundings, watched: readonly Entity[]): Entity<"Alert"> {
  class Alert extends entity(
    "Alert",
    { zh: "预警", en: "Alert", title: "zh", order: "raisedAt", scope: "subject" },
    {
      rule: column.text({
        zh: "规则",
        en: "Rule",
        description: {
          zh: "插件声明的预警名，或时限自带的规则名。",
          en: "The name of the declared alert, or the rule that a clock brings.",
        },
      }),
      zh: column.text({ zh: "中文名称", en: "Name in Chinese" }),
      en: column.text({ zh: "英文名称", en: "Name in English" }),
      severity: column.choice(AlertSeverity, { zh: "级别", en: "Severity" }),
      level: column.integer({
        zh: "上报层级",
        en: "Level",
        description: { zh: "0 为本级，其后每级由上一级单位处理。", en: "0 is where it belongs; each further one concerns the unit above." },
      }),
      subject: column.subject({ zh: "预警的记录", en: "What it is about", type: "subjectType", of: () => watched, inverse: "alerts" }),
      subjectType: column.text({ zh: "记录类型", en: "Type of what it is about" }),
      about: column.text({ zh: "记录名称", en: "What the record was called when it was raised" }),
      unit: column.reference(() => units.entity, { zh: "所涉单位", en: "The unit that it concerns", optional: true }),
      raisedAt: column.dateTime({ zh: "发出时间", en: "Raised at" }),
      clearedAt: column.dateTime({
        zh: "解除时间",
        en: "Cleared at",
        description: { zh: "仍在预警中则为空。", en: "Null while it is open." },
        optional: true,
      }),
    },
  ) {}
  return Alert;
}
