import { countedClock, LONGEST_LIMIT, Refusal, type Lifecycle, type Plugin } from "@xianmai/plugin-api";

/**
 * Checks the clocks of lifecycles: that each counts one unit and can run out, that it stands on a state that is left, that somebody keeps the
 * calendar by which it is counted, and that a state that pauses clocks has none itself and is reached from one that has.
 *
 * @throws Refusal CLOCK_INVALID, PROVIDER_MISSING
 */
export function checkClocks(plugins: readonly Plugin[]): void {
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
      }
    }
  }
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
      zh: `请写一个单位和正整数，如 { workingDays: 10, warn: 2, escalate: [1, 3] }；warn 小于时限，escalate 为递增的正整数，时限连同最后一级最长为 ${longest.join("、")}。`,
      en: `Give one unit and a whole number, like { workingDays: 10, warn: 2, escalate: [1, 3] }; warn is less than the limit, escalate are whole numbers that rise, and the longest, with the last of them, are ${longest.join(", ")}.`,
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
