import { countedClock, LONGEST_LIMIT, Refusal, type ClockExtension, type Lifecycle, type Plugin } from "@xianmai/plugin-api";

import { checkPermission } from "./entities.ts";

/**
 * Checks the clocks of lifecycles: that each counts one unit and can run out, that it stands on a state that is left, that somebody keeps the
 * calendar by which it is counted, that there are people to ask for more time and permissions to do so, and that a state that pauses clocks has none
 * itself and is reached from one that has.
 *
 * @param permissions every permission that an enabled plugin declares
 * @throws Refusal CLOCK_INVALID, PROVIDER_MISSING, PERMISSION_UNKNOWN
 */
export function checkClocks(plugins: readonly Plugin[], permissions: ReadonlySet<string>): void {
  const isKept = plugins.some(({ provides }) => provides.calendar !== undefined);
  for (const plugin of plugins) {
    for (const lifecycle of lifecyclesOf(plugin)) {
      for (const [state, { clock, end, pauses }] of Object.entries(lifecycle.states)) {
        if (pauses === true && (clock !== undefined || end === true || !isReachedFromClock(lifecycle, state)))
          throw pausesNothing(plugin, lifecycle, state);
        if (clock === undefined) continue;
        if (end === true) throw atTheEnd(plugin, lifecycle, state);
        if (countedClock(clock) === undefined) throw invalid(plugin, lifecycle, state, JSON.stringify(clock));
        if (!isKept) throw withoutCalendar(plugin, lifecycle, state);
        if (clock.extend !== undefined) checkExtension(plugins, plugin, lifecycle, state, clock.extend, permissions);
      }
    }
  }
}

function checkExtension(
  plugins: readonly Plugin[],
  plugin: Plugin,
  lifecycle: Lifecycle,
  state: string,
  { ask, approve }: ClockExtension,
  permissions: ReadonlySet<string>,
): void {
  for (const [member, permission] of Object.entries({ ask, approve })) {
    const thing = {
      zh: `流程 ${lifecycle.name} 的状态 ${state} 的 extend.${member}`,
      en: `extend.${member} of state ${state} of lifecycle ${lifecycle.name}`,
    };
    checkPermission(plugin, permission, thing, permissions);
  }
  const isProvided = (what: "units" | "people"): boolean => plugins.some(({ provides }) => provides[what] !== undefined);
  if (!isProvided("units") || !isProvided("people")) throw withoutPeople(plugin, lifecycle, state);
}

function isReachedFromClock({ states, steps }: Lifecycle, state: string): boolean {
  return Object.values(steps).some(
    ({ from, to }) =>
      to === state && [from].flat().some((source) => states[source]?.clock !== undefined || states[source]?.pauses === true),
  );
}

function lifecyclesOf({ entities }: Plugin): readonly Lifecycle[] {
  return entities.flatMap(({ definition }) => Object.values(definition.columns).flatMap(({ lifecycle }) => lifecycle ?? []));
}

function atTheEnd({ name }: Plugin, lifecycle: Lifecycle, state: string): Refusal {
  return new Refusal(
    "CLOCK_INVALID",
    {
      zh: `插件 ${name} 的流程 ${lifecycle.name} 中，状态 ${state} 既是终点又有时限。`,
      en: `State ${state} of lifecycle ${lifecycle.name} of plugin ${name} is an end, and has a clock.`,
    },
    { zh: "记录可以一直停在终点：请去掉 clock，或去掉 end。", en: "A record stays at an end for good: take out clock, or end." },
  );
}

function pausesNothing({ name }: Plugin, lifecycle: Lifecycle, state: string): Refusal {
  return new Refusal(
    "CLOCK_INVALID",
    {
      zh: `插件 ${name} 的流程 ${lifecycle.name} 中，状态 ${state} 声明了 pauses，但它自己有时限，或是终点，或没有步骤从有时限的状态通向它。`,
      en: `State ${state} of lifecycle ${lifecycle.name} of plugin ${name} says pauses, but has a clock itself, is an end, or is reached from no state that has one.`,
    },
    { zh: "请去掉 pauses，或让有时限的状态经步骤进入它。", en: "Take out pauses, or let a step lead there from a state with a clock." },
  );
}

function invalid({ name }: Plugin, lifecycle: Lifecycle, state: string, clock: string): Refusal {
  const longest = Object.entries(LONGEST_LIMIT).map(([unit, most]) => `${unit} ${most}`);
  return new Refusal(
    "CLOCK_INVALID",
    {
      zh: `插件 ${name} 的流程 ${lifecycle.name} 中，状态 ${state} 的时限 ${clock} 无效。`,
      en: `The clock ${clock} of state ${state} of lifecycle ${lifecycle.name} of plugin ${name} is none.`,
    },
    {
      zh: `请写一个单位和正整数，如 { workingDays: 10, warn: 2, escalate: [1, 3] }；warn 小于时限，escalate 为递增的正整数，extend.most 为正整数，连同延长和最后一级最长为 ${longest.join("、")}。`,
      en: `Give one unit and a whole number, like { workingDays: 10, warn: 2, escalate: [1, 3] }; warn is less than the limit, escalate are whole numbers that rise, extend.most is one too, and the longest, with all of these, are ${longest.join(", ")}.`,
    },
  );
}

function withoutCalendar({ name }: Plugin, lifecycle: Lifecycle, state: string): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${name} 的流程 ${lifecycle.name} 中，状态 ${state} 有时限，但启用的插件中没有一个提供工作日历。`,
      en: `State ${state} of lifecycle ${lifecycle.name} of plugin ${name} has a clock, but no enabled plugin provides the work calendar.`,
    },
    { zh: "请启用提供工作日历的插件（如 organization）。", en: "Enable a plugin that provides it, such as organization." },
  );
}

function withoutPeople({ name }: Plugin, lifecycle: Lifecycle, state: string): Refusal {
  return new Refusal(
    "PROVIDER_MISSING",
    {
      zh: `插件 ${name} 的流程 ${lifecycle.name} 中，状态 ${state} 的时限可以延长，但启用的插件没有提供单位和人员，无人申请和审批。`,
      en: `The clock of state ${state} of lifecycle ${lifecycle.name} of plugin ${name} can be made longer, but the enabled plugins provide no units and people to ask for it and approve it.`,
    },
    { zh: "请启用提供它们的插件（如 organization）。", en: "Enable a plugin that provides them, such as organization." },
  );
}
