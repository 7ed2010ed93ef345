import { Refusal } from "@xianmai/plugin-api";

/** An alert, for messages. */
export interface AlertPlace {
  readonly plugin: string;
  readonly alert: string;
}

/** An alert that cannot be meant, as its author is told. */
export function invalid({ plugin, alert }: AlertPlace, zh: string, en: string, remedyZh: string, remedyEn: string): Refusal {
  return new Refusal(
    "ALERT_INVALID",
    { zh: `插件 ${plugin} 的预警 ${alert}：${zh}。`, en: `Alert ${alert} of plugin ${plugin}: ${en}.` },
    { zh: `${remedyZh}。`, en: `${remedyEn}.` },
  );
}

/** Alerts belong to units and officials, and nobody provides them. */
export function withoutOffices({ plugin, alert }: AlertPlace): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${plugin} 声明了预警 ${alert}，但启用的插件中没有一个同时提供单位和人员。`,
      en: `Plugin ${plugin} declares alert ${alert}, but the enabled plugins do not provide both units and people.`,
    },
    { zh: "请启用提供它们的插件（如 organization）。", en: "Enable a plugin that provides them, such as organization." },
  );
}
