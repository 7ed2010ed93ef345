import type { EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLBoolean,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from "graphql";

import { about, both } from "./describe.ts";
import { carrying } from "./meaning.ts";
import { byResponseKey } from "./response-key.ts";
import type { Scalars } from "./scalars.ts";

/** What the type of a change of stage is made with. */
export interface StageChangeParts {
  readonly scalars: Scalars;
  readonly enums: ReadonlyMap<string, GraphQLEnumType>;
  /** The enum of the entity's steps, where it has any. */
  readonly steps: GraphQLEnumType | undefined;
  /** Who made a change. */
  readonly by: GraphQLObjectType;
}

/** Makes `ChangedBy`: an official where there are officials, or a role. */
export function changedByType(official: (() => GraphQLObjectType) | undefined): GraphQLObjectType {
  return new GraphQLObjectType({
    name: "ChangedBy",
    description: both(
      "由谁改动：某位干部，或未说明姓名的某种角色。",
      "Who made a change: an official, or somebody of a role who gave no name.",
    ),
    fields: () => ({
      name: part(
        GraphQLString,
        "干部姓名，或角色；无权查看该干部时为空",
        "What the official is called, or the role; null where the viewer may not see the official",
      ),
      role: part(GraphQLString, "角色；知道是哪位干部时为空", "The role; null where the official is known"),
      ...(official === undefined
        ? {}
        : { official: part(official(), "干部；无权查看时为空", "The official; null where the viewer may not see the row") }),
    }),
  });
}

/** Makes `<Entity>StageChange`; `undefined` for an entity without a stage. */
export function stageChangeType(entity: EntityModel, { scalars, enums, steps, by }: StageChangeParts): GraphQLObjectType | undefined {
  const stage = enums.get(entity.stage?.lifecycle.name ?? "");
  if (stage === undefined) return undefined;
  return new GraphQLObjectType({
    name: `${entity.name}StageChange`,
    description: about(entity.label, "的一次阶段变化。", ": one change of its stage."),
    extensions: carrying({ plugin: entity.plugin }),
    fields: {
      ...(steps === undefined ? {} : { step: part(steps, "经由的步骤；不经步骤则为空", "The step; null for a change that no step made") }),
      from: part(
        stage,
        "原阶段；新增的记录为空，已不存在的阶段也为空",
        "The stage before; null for a row that was new, and for a stage that is no more",
      ),
      to: part(stage, "新阶段；已不存在的阶段为空", "The stage after; null for one that is no more"),
      on: part(scalars.Date, "步骤的发生日期；不经步骤则为空", "The day of the step; null for a change that no step made"),
      at: part(scalars.DateTime, "写入时刻；其记录已清理时为空", "When it was written; null where that has been forgotten"),
      by: part(by, "由谁；平台以外的改动为空", "By whom; null for a change from outside the platform"),
      reason: part(GraphQLString, "步骤的原因", "Why the step was taken"),
      origin: part(
        GraphQLString,
        "经由什么写入：mutation 的名称，或导入的文件；平台以外的改动为空",
        "Through what it was written: a mutation, or the file of an import; null for a change from outside the platform",
      ),
      outside: part(
        new GraphQLNonNull(GraphQLBoolean),
        "是否不经步骤：在数据库中直接改动，或由导入写入；新增的记录处于起始阶段不算",
        "Whether no step made it: it was written in the database, or by an import. A new row where its lifecycle begins does not count",
      ),
    },
  });
}

/** The field `stageHistory` of an entity with a stage. */
export function stageHistoryField(change: GraphQLObjectType | undefined): GraphQLFieldConfigMap<unknown, unknown> {
  if (change === undefined) return {};
  return {
    stageHistory: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(change))),
      description: both(
        "各阶段的经过，从旧到新，含不经步骤的改动；改动前后的记录都有权查看，才看得到这次改动",
        "How it came to its stage, oldest first, with what no step made; a change is shown to who may see the row both as it was and as it became",
      ),
      resolve: byResponseKey,
      extensions: carrying({ kind: "stageHistory" }),
    },
  };
}

function part(type: GraphQLOutputType, zh: string, en: string): GraphQLFieldConfig<unknown, unknown> {
  return { type, description: both(zh, en), resolve: byResponseKey, extensions: carrying({ kind: "part" }) };
}
