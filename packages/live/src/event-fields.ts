import { settingsOf, type Settings } from "@xianmai/database";
import type { Clock, Viewer } from "@xianmai/plugin-api";
import { lowerFirst, stepEvent, stepValue, upperFirst, type EntityModel, type Model } from "@xianmai/plugin-api/model";
import type { EntityTypes } from "@xianmai/query";
import {
  GraphQLBoolean,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
} from "graphql";

import { stepFired, stepTaken } from "./event-names.ts";
import { follow, type Frame } from "./follow.ts";
import type { Tail } from "./tail.ts";
import { createTransitions, type Send, type Transition, type Transitions } from "./transitions.ts";
import { everyTransition, matchingUnder, visibleUnder, type Filter, type Matching, type Visible } from "./visible.ts";

/** What the events of a running platform are read from. A schema alone needs none: it is found in the context of a subscription. */
export interface EventSource {
  readonly tail: Tail;
  readonly transitions: Transitions;
  /** What a viewer may see of them. */
  readonly visibleTo: (viewer: Viewer) => Visible;
  /** What they see of a filter's: which of those leave a row that fulfils it. */
  readonly matching: (viewer: Viewer, entity: EntityModel, types: EntityTypes, filter: Filter) => Matching;
}

/**
 * Makes the source of events over a tail.
 *
 * @param send a batch of reads under the settings of whoever they are for
 */
export function createEventSource(tail: Tail, send: (settings: Settings, ...batch: Parameters<Send>) => ReturnType<Send>): EventSource {
  const visibleTo: EventSource["visibleTo"] = (viewer) => {
    const settings = settingsOf(viewer);
    return settings.role === "xm_all" ? everyTransition : visibleUnder(async (statements) => send(settings, statements));
  };
  return {
    tail,
    transitions: createTransitions(async (statements) => send({ role: "xm_all" }, statements)),
    visibleTo,
    matching: (viewer, entity, types, filter) =>
      matchingUnder(async (statements) => send(settingsOf(viewer), statements), visibleTo(viewer), { types, entity, filter }),
  };
}

/** What the GraphQL context of a subscription holds for its events. */
export interface EventContext {
  readonly events: EventSource;
  readonly viewer: Viewer;
  readonly clock: Clock;
}

/**
 * Makes the subscription fields of every lifecycle: one per state that a step leads to, and one per step that names its own.
 * An event fires when a row's stage has become that state, whoever wrote it and from whatever state.
 */
export function eventFields(model: Model, types: EntityTypes): GraphQLFieldConfigMap<unknown, EventContext> {
  return Object.fromEntries(model.entities.flatMap((entity) => eventsOf(entity, types)));
}

interface EventArguments {
  readonly after?: string | null;
  readonly filter?: Filter | null;
}

function eventsOf(entity: EntityModel, types: EntityTypes): (readonly [string, GraphQLFieldConfig<unknown, EventContext>])[] {
  if (entity.stage === undefined) return [];
  const { lifecycle } = entity.stage;
  const steps = Object.entries(lifecycle.steps);
  const stepType = types.of(entity).steps;
  if (stepType === undefined) return [];
  return steps.map(([step, declared]) => {
    const name = stepEvent(entity.name, declared);
    const state = lifecycle.states[declared.to];
    return [
      name,
      {
        type: new GraphQLNonNull(eventType(name, entity, stepType, types)),
        description: `${entity.label.zh}：${declared.event === undefined ? (state?.zh ?? "") : declared.zh}（不论由谁、以何种方式改动） ${entity.label.en}: ${declared.event === undefined ? (state?.en ?? "") : declared.en}, whoever made the change`,
        args: {
          after: {
            type: GraphQLString,
            description: "从这个游标之后接着读 Goes on after this cursor, which an earlier event gave",
          },
          filter: {
            type: types.of(entity).filter,
            description: "条件：只推送事件发生后符合条件的记录 Conditions: only events are told that left the row fulfilling them",
          },
        },
        subscribe: async (_source, { after, filter }: EventArguments, { events, viewer }) => {
          const { tail, transitions } = events;
          const wants = (transition: Transition): boolean =>
            stepFired(steps, transition, stepTaken(entity.name, steps, transition.origin)) === step;
          if (filter === undefined || filter === null)
            return follow({ tail, transitions, entity, wants, visible: events.visibleTo(viewer) }, after ?? undefined);
          const { visible, check } = events.matching(viewer, entity, types, filter);
          // nothing is missed while the filter is looked at
          const following = follow({ tail, transitions, entity, wants, visible }, after ?? undefined);
          const [checked, followed] = await Promise.allSettled([check(), following]);
          if (checked.status === "fulfilled") return following;
          if (followed.status === "fulfilled") await followed.value.return?.();
          throw checked.reason;
        },
        resolve: (frame, _args, { clock }) => shown(frame as Frame, entity, clock),
      },
    ];
  });
}

function eventType(name: string, entity: EntityModel, stepType: GraphQLEnumType, types: EntityTypes): GraphQLObjectType {
  const stage = types.enums.get(entity.stage?.lifecycle.name ?? "");
  if (stage === undefined) throw new Error(`The stage of ${entity.name} has no enum.`);
  const text = new GraphQLNonNull(GraphQLString);
  return new GraphQLObjectType({
    name: `${upperFirst(name)}Event`,
    description: `${entity.label.zh}的一次阶段变化 One change of stage of: ${entity.label.en}`,
    fields: {
      cursor: { type: text, description: "游标：断线后以 after 接着读，不漏不重 Cursor: handed back as `after`, it goes on without a gap" },
      at: { type: new GraphQLNonNull(types.scalars.DateTime), description: "写入时刻 When it was written" },
      by: { type: GraphQLString, description: "由谁；平台以外的改动为空 By whom; null for a change from outside the platform" },
      step: { type: stepType, description: "经由哪个步骤；平台以外的改动为空 By which step; null for a change from outside the platform" },
      from: { type: stage, description: "原阶段；新增的记录为空 The stage before; null for a row that is new" },
      gap: {
        type: new GraphQLNonNull(GraphQLBoolean),
        description:
          "为真时没有事件：无法从给出的游标接着读，请重新查询 True on a frame without an event: the feed could not be followed from there, so query anew",
      },
      [lowerFirst(entity.name)]: { type: types.of(entity).object, description: `${entity.label.zh} ${entity.label.en}` },
    },
  });
}

/** An event as its type's fields read it. */
function shown(frame: Frame, entity: EntityModel, clock: Clock): Readonly<Record<string, unknown>> {
  if (frame.gap) return { cursor: frame.cursor, gap: true, at: clock.now() };
  const { key, at, actor, origin, from } = frame.transition;
  const taken = stepTaken(entity.name, Object.entries(entity.stage?.lifecycle.steps ?? {}), origin);
  return {
    cursor: frame.cursor,
    gap: false,
    at,
    by: actor,
    step: taken === undefined ? undefined : stepValue(taken),
    from,
    [lowerFirst(entity.name)]: { id: key },
  };
}
