import type { ClockExtension, Entity, Label, Lifecycle, TimeUnit } from "@xianmai/plugin-api";

/** The name of the entity whose rows are requests to make a clock longer. */
export const EXTENSION = "DeadlineExtension";

/** How amounts of a unit are named in messages. */
export const UNIT_WORDS: Readonly<Record<TimeUnit, Label>> = {
  workingDays: { zh: "个工作日", en: "working days" },
  workingHours: { zh: "个工作小时", en: "working hours" },
  days: { zh: "天", en: "days" },
  hours: { zh: "小时", en: "hours" },
};

/** Whether a state of a lifecycle has a clock that can be made longer. */
export function isExtendable({ states }: Lifecycle): boolean {
  return Object.values(states).some(({ clock }) => clock?.extend !== undefined);
}

/** Those of some entities whose clocks can be made longer. */
export function extendableOf(entities: readonly Entity[]): readonly Entity[] {
  return entities.filter(({ definition }) =>
    Object.values(definition.columns).some(({ lifecycle }) => lifecycle !== undefined && isExtendable(lifecycle)),
  );
}

/** How the clock of a state of an entity can be made longer; `undefined` where it cannot, also because it no longer can. */
export function extensionOf(entities: readonly Entity[], entity: string, state: string): ClockExtension | undefined {
  const columns = entities.find(({ definition }) => definition.name === entity)?.definition.columns ?? {};
  return Object.values(columns).find(({ lifecycle }) => lifecycle !== undefined)?.lifecycle?.states[state]?.clock?.extend;
}
