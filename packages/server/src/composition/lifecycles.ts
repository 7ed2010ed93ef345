import { Refusal, type Entity, type Label, type Lifecycle, type Plugin } from "@xianmai/plugin-api";

import { checkPermission, unknown } from "./entities.ts";

/** What the input of every step has. */
const INPUT: readonly string[] = ["id", "on", "reason"];

/**
 * Checks the life cycle of an entity: that every state can be reached and left or is an end, that steps name states, columns and permissions that
 * exist, and that each event can be told from the others.
 *
 * @throws Refusal STATE_UNKNOWN, STATE_UNREACHABLE, DEAD_END, EVENT_AMBIGUOUS, STEP_WITHOUT_SOURCE, STEP_INVALID, COLUMN_UNKNOWN, PERMISSION_UNKNOWN
 */
export function checkLifecycle(plugin: Plugin, entity: Entity, permissions: ReadonlySet<string>): void {
  const { name, columns, files } = entity.definition;
  const lifecycle = Object.values(columns).find((column) => column.kind === "stage")?.lifecycle;
  if (lifecycle === undefined) return;
  checkStates(plugin, lifecycle);
  checkEvents(plugin, lifecycle);
  for (const [step, { takes = [], sets = {}, requires = [], permission }] of Object.entries(lifecycle.steps)) {
    const where: Label = { zh: `步骤 ${step}`, en: `step ${step}` };
    for (const required of requires)
      if (columns[required] === undefined && files[required] === undefined) unknown(plugin, name, required, where);
    for (const taken of takes) {
      const column = columns[taken] ?? files[taken] ?? unknown(plugin, name, taken, where);
      if (INPUT.includes(taken))
        throw stepInvalid(plugin, lifecycle, step, taken, {
          zh: "每个步骤的输入都已有此名",
          en: "the input of every step has that name already",
        });
      if (column.kind === "stage")
        throw stepInvalid(plugin, lifecycle, step, taken, { zh: "流程字段只由步骤移动", en: "steps alone move a stage" });
      if (taken in sets)
        throw stepInvalid(plugin, lifecycle, step, taken, {
          zh: "同一字段不能既由 takes 又由 sets 写入",
          en: "takes and sets both write it",
        });
    }
    for (const set of Object.keys(sets)) {
      const column = columns[set] ?? unknown(plugin, name, set, where);
      if (column.kind !== "date")
        throw stepInvalid(plugin, lifecycle, step, set, { zh: "sets 只写日期字段", en: "sets writes date columns alone" });
    }
    if (permission !== undefined) {
      checkPermission(
        plugin,
        permission,
        { zh: `流程 ${lifecycle.name} 的步骤 ${step}`, en: `step ${step} of ${lifecycle.name}` },
        permissions,
      );
    }
  }
}

/**
 * Checks that guards stand on a life cycle of one of the plugin's own entities, and on steps that exist.
 *
 * @throws Refusal RULES_UNMATCHED
 */
export function checkRules(plugin: Plugin): void {
  const seen = new Set<Entity>();
  for (const { entity, lifecycle, guards } of plugin.rules) {
    const own =
      plugin.entities.includes(entity) && Object.values(entity.definition.columns).some((column) => column.lifecycle === lifecycle);
    if (!own || seen.has(entity)) throw rulesUnmatched(plugin, entity, lifecycle);
    seen.add(entity);
    const astray = Object.keys(guards).find((step) => !(step in lifecycle.steps));
    if (astray !== undefined) throw rulesUnmatched(plugin, entity, lifecycle, astray);
  }
}

function checkStates(plugin: Plugin, lifecycle: Lifecycle): void {
  const states = Object.keys(lifecycle.states);
  const known = (state: string, where: string): void => {
    if (!states.includes(state)) throw stateUnknown(plugin, lifecycle, state, where);
  };
  known(lifecycle.start, "start");
  const arrows = Object.entries(lifecycle.steps).flatMap(([step, { from, to }]) => {
    const sources = typeof from === "string" ? [from] : from;
    if (sources.length === 0) throw withoutSource(plugin, lifecycle, step);
    for (const state of [...sources, to]) known(state, step);
    return sources.map((source) => ({ from: source, to }));
  });

  const reached = new Set([lifecycle.start]);
  // a set that grows while it is walked is walked to its end
  for (const state of reached) for (const arrow of arrows) if (arrow.from === state) reached.add(arrow.to);
  const unreachable = states.filter((state) => !reached.has(state));
  if (unreachable.length > 0) throw stateUnreachable(plugin, lifecycle, unreachable);
  const stuck = states.filter((state) => lifecycle.states[state]?.end !== true && !arrows.some(({ from }) => from === state));
  if (stuck.length > 0) throw deadEnd(plugin, lifecycle, stuck);
}

/** The event of a state is fired by whichever step led there; so of several steps only one may leave its event unnamed. */
function checkEvents(plugin: Plugin, lifecycle: Lifecycle): void {
  for (const state of Object.keys(lifecycle.states)) {
    const unnamed = Object.entries(lifecycle.steps).flatMap(([step, { to, event }]) => (to === state && event === undefined ? [step] : []));
    if (unnamed.length > 1) throw eventAmbiguous(plugin, lifecycle, state, unnamed);
  }
}

function stateUnknown(plugin: Plugin, lifecycle: Lifecycle, state: string, where: string): Refusal {
  return new Refusal(
    "STATE_UNKNOWN",
    {
      zh: `插件 ${plugin.name} 的流程 ${lifecycle.name} 在 ${where} 中提到状态 ${state}，但没有声明它。`,
      en: `Lifecycle ${lifecycle.name} of plugin ${plugin.name} names state ${state} in ${where}, but declares no such state.`,
    },
    { zh: `请声明状态 ${state}，或改正名称。`, en: `Declare state ${state}, or correct the name.` },
  );
}

function withoutSource(plugin: Plugin, lifecycle: Lifecycle, step: string): Refusal {
  return new Refusal(
    "STEP_WITHOUT_SOURCE",
    {
      zh: `插件 ${plugin.name} 的流程 ${lifecycle.name} 中，步骤 ${step} 的 from 是空的，永远不能执行。`,
      en: `Step ${step} of lifecycle ${lifecycle.name} of plugin ${plugin.name} leads from no state, so nobody could ever take it.`,
    },
    { zh: "请在 from 中写明状态，或去掉该步骤。", en: "Name states in from, or take the step out." },
  );
}

function stateUnreachable(plugin: Plugin, lifecycle: Lifecycle, states: readonly string[]): Refusal {
  return new Refusal(
    "STATE_UNREACHABLE",
    {
      zh: `插件 ${plugin.name} 的流程 ${lifecycle.name} 从 ${lifecycle.start} 出发到不了 ${states.join("、")}。`,
      en: `No steps of lifecycle ${lifecycle.name} of plugin ${plugin.name} lead from ${lifecycle.start} to ${states.join(", ")}.`,
    },
    { zh: "请增加通向它的步骤，或去掉该状态。", en: "Add a step that leads there, or take the state out." },
  );
}

function deadEnd(plugin: Plugin, lifecycle: Lifecycle, states: readonly string[]): Refusal {
  return new Refusal(
    "DEAD_END",
    {
      zh: `插件 ${plugin.name} 的流程 ${lifecycle.name} 进入 ${states.join("、")} 后无路可走。`,
      en: `Nothing leads out of ${states.join(", ")} in lifecycle ${lifecycle.name} of plugin ${plugin.name}.`,
    },
    {
      zh: "请增加离开它的步骤，或用 end: true 说明它是终点。",
      en: "Add a step out of it, or say end: true if records may stay there for good.",
    },
  );
}

function eventAmbiguous(plugin: Plugin, lifecycle: Lifecycle, state: string, steps: readonly string[]): Refusal {
  return new Refusal(
    "EVENT_AMBIGUOUS",
    {
      zh: `插件 ${plugin.name} 的流程 ${lifecycle.name} 中，步骤 ${steps.join("、")} 都通向 ${state}，事件无法区分。`,
      en: `Steps ${steps.join(", ")} of lifecycle ${lifecycle.name} of plugin ${plugin.name} all lead to ${state}, so their events cannot be told apart.`,
    },
    { zh: "请给其中除一个以外的步骤写上 event。", en: "Give all of them but one an event." },
  );
}

function stepInvalid(plugin: Plugin, lifecycle: Lifecycle, step: string, column: string, reason: Label): Refusal {
  return new Refusal(
    "STEP_INVALID",
    {
      zh: `插件 ${plugin.name} 的流程 ${lifecycle.name} 中，步骤 ${step} 不能写字段 ${column}：${reason.zh}。`,
      en: `Step ${step} of lifecycle ${lifecycle.name} of plugin ${plugin.name} cannot write column ${column}: ${reason.en}.`,
    },
    { zh: `请从该步骤中去掉 ${column}。`, en: `Take ${column} out of the step.` },
  );
}

function rulesUnmatched(plugin: Plugin, entity: Entity, lifecycle: Lifecycle, step?: string): Refusal {
  const { name } = entity.definition;
  const zh = step === undefined ? `的规则不属于它自己的实体和流程，或重复声明` : `的规则提到步骤 ${step}，但流程中没有它`;
  const en =
    step === undefined
      ? "are not on an entity and a lifecycle of its own, or stand there twice"
      : `name step ${step}, which the lifecycle lacks`;
  return new Refusal(
    "RULES_UNMATCHED",
    {
      zh: `插件 ${plugin.name} 对 ${name} / ${lifecycle.name} ${zh}。`,
      en: `Rules of plugin ${plugin.name} for ${name} / ${lifecycle.name} ${en}.`,
    },
    {
      zh: "请对每个自有实体的流程只声明一次规则，并只写其中的步骤。",
      en: "Declare rules once for the lifecycle of an entity of your own, and for its steps.",
    },
  );
}
