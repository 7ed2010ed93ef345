import type { AlertSeverity, Entity, Instant, Label, Lifecycle } from "@xianmai/plugin-api";
import { lowerFirst, pascalCase } from "@xianmai/plugin-api/model";

import type { ClockReading } from "../clock-reading.ts";

/** What the clock of a state gives by itself. */
const RULES = { dueSoon: "DueSoon", overdue: "Overdue" } as const;

/** The name of a rule of a state: `requestHandledOverdue`. */
function ruleName(entity: string, state: string, rule: keyof typeof RULES): string {
  return `${lowerFirst(entity)}${pascalCase(state)}${RULES[rule]}`;
}

/** The lifecycle of an entity, where a state of it has a clock. */
export function clockedLifecycle({ definition }: Entity): Lifecycle | undefined {
  const lifecycle = Object.values(definition.columns).find(({ kind }) => kind === "stage")?.lifecycle;
  return lifecycle !== undefined && Object.values(lifecycle.states).some(({ clock }) => clock !== undefined) ? lifecycle : undefined;
}

/** The names of the alerts that the clocks of an entity give by themselves. */
export function clockAlertNames(entity: Entity): readonly string[] {
  const { name } = entity.definition;
  return Object.entries(clockedLifecycle(entity)?.states ?? {}).flatMap(([state, { clock }]) => [
    ...(clock?.warn === undefined ? [] : [ruleName(name, state, "dueSoon")]),
    ...(clock === undefined ? [] : [ruleName(name, state, "overdue")]),
  ]);
}

/** An alert that should stand for a row. */
export interface StandingAlert extends Label {
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly level: number;
}

/** The alerts that the clock of a row calls for at a moment: due soon, overdue, and one for each level that it has reached. */
export function standingAlerts(entity: Entity, { clock, due, warning, escalations }: ClockReading, now: Instant): readonly StandingAlert[] {
  const state = clock?.state;
  if (state === undefined) return [];
  const { name, head } = entity.definition;
  const { zh = state, en = state } = clockedLifecycle(entity)?.states[state] ?? {};
  const isDue = due !== undefined && due <= now;
  if (!isDue) {
    if (warning === undefined || warning > now) return [];
    return [
      {
        rule: ruleName(name, state, "dueSoon"),
        severity: "YELLOW",
        level: 0,
        zh: `${head.zh}“${zh}”即将到期`,
        en: `${head.en} "${en}" is due soon`,
      },
    ];
  }
  const rule = ruleName(name, state, "overdue");
  return [
    { rule, severity: "RED", level: 0, zh: `${head.zh}“${zh}”已逾期`, en: `${head.en} "${en}" is overdue` },
    ...escalations
      .filter((moment) => moment <= now)
      .map((_, at): StandingAlert => {
        const level = at + 1;
        return {
          rule,
          severity: "RED",
          level,
          zh: `${head.zh}“${zh}”逾期未办，上报第 ${level} 级`,
          en: `${head.en} "${en}" is overdue, escalated to level ${level}`,
        };
      }),
  ];
}
