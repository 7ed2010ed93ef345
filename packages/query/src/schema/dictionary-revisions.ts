import type { EntityModel } from "@xianmai/plugin-api/model";
import {
  GraphQLEnumType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from "graphql";

import { about, both } from "./describe.ts";
import { carrying } from "./meaning.ts";
import { byResponseKey } from "./response-key.ts";
import type { Scalars } from "./scalars.ts";

/** What the API shows of the versions of a dictionary, beside its columns. */
export const REVISION_FIELDS: readonly string[] = ["revision", "revisedAt", "revisions"];

/** The types of what a dictionary was at each of its revisions. */
export interface RevisionTypes {
  readonly revision: GraphQLObjectType;
  readonly change: GraphQLObjectType;
  readonly kind: GraphQLEnumType;
  readonly term: GraphQLObjectType;
}

/** Makes `DictionaryRevision`, `DictionaryChange`, `DictionaryChangeKind` and `DictionaryTerm`. @param by who made a change */
export function revisionTypes(dictionary: EntityModel, scalars: Scalars, by: GraphQLObjectType): RevisionTypes {
  const { name, label } = dictionary;
  const extensions = carrying({ plugin: dictionary.plugin });
  const kind = new GraphQLEnumType({
    name: `${name}ChangeKind`,
    description: both("字典条目的变化。", "What became of an entry of a dictionary."),
    extensions,
    values: {
      ADDED: { description: both("新增", "Added") },
      RENAMED: { description: both("改名", "Renamed") },
      MOVED: { description: both("调整排序", "Moved to another place") },
      RETIRED: { description: both("停用，或改停用日期", "Retired, or retired on another day") },
      RESTORED: { description: both("恢复启用", "In use again") },
      REMOVED: { description: both("删除", "Removed") },
    },
  });
  const term = new GraphQLObjectType({
    name: `${name}Term`,
    description: both("字典或其条目在某一版本中的样子。", "A dictionary or one of its entries as it was at a revision."),
    extensions,
    fields: {
      code: part(new GraphQLNonNull(GraphQLString), "代码", "Code"),
      zh: part(new GraphQLNonNull(GraphQLString), "中文名称", "Chinese name"),
      en: part(new GraphQLNonNull(GraphQLString), "英文名称", "English name"),
      position: part(GraphQLInt, "排序；字典本身为空", "Position; null for the dictionary itself"),
      retiredOn: part(scalars.Date, "停用日期；启用中为空", "Retired on; null while in use"),
    },
  });
  const change = new GraphQLObjectType({
    name: `${name}Change`,
    description: about(label, "某一版本中的一处变化。", ": one change of a revision."),
    extensions,
    fields: {
      kind: part(new GraphQLNonNull(kind), "变化类别", "What kind of change it is"),
      code: part(
        GraphQLString,
        "条目代码；变化的是字典本身时为空",
        "The entry's code; null where it is the dictionary itself that changed",
      ),
      before: part(term, "变化前；新增的为空", "Before; null for what was added"),
      after: part(term, "变化后；删除的为空", "After; null for what was removed"),
    },
  });
  const revision = new GraphQLObjectType({
    name: `${name}Revision`,
    description: about(label, "的一个版本：一次写入的全部变化。", ": a revision, which is all that one write changed."),
    extensions,
    fields: {
      number: part(new GraphQLNonNull(GraphQLInt), "版本号，从 1 起", "The number of the revision, from 1"),
      at: part(scalars.DateTime, "写入时刻；其记录已清理时为空", "When it was written; null where that has been forgotten"),
      by: part(by, "由谁；平台以外的改动为空", "By whom; null for a change from outside the platform"),
      origin: part(
        GraphQLString,
        "经由什么写入：mutation 的名称，导入的文件，或 dictionary（插件带来的条目）；平台以外的改动为空",
        "Through what it was written: a mutation, the file of an import, or dictionary for entries that came with a plugin; null for a change from outside the platform",
      ),
      changes: part(new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(change))), "各处变化", "What changed"),
    },
  });
  return { revision, change, kind, term };
}

/** The fields of a dictionary that tell its versions: `revision`, `revisedAt`, `revisions`. */
export function revisionFields(types: RevisionTypes | undefined, scalars: Scalars): GraphQLFieldConfigMap<unknown, unknown> {
  if (types === undefined) return {};
  const field = (shows: "number" | "at" | "all", type: GraphQLOutputType, zh: string, en: string) => ({
    type,
    description: both(zh, en),
    resolve: byResponseKey,
    extensions: carrying({ kind: "revisions", shows } as const),
  });
  return {
    revision: field(
      "number",
      new GraphQLNonNull(GraphQLInt),
      "版本号：字典或其条目每变化一次加一",
      "How often it or its entries have changed",
    ),
    revisedAt: field("at", scalars.DateTime, "当前版本的写入时刻", "When the present revision was written"),
    revisions: field(
      "all",
      new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(types.revision))),
      "全部版本，从旧到新",
      "Every revision, oldest first",
    ),
  };
}

function part(type: GraphQLOutputType, zh: string, en: string): GraphQLFieldConfig<unknown, unknown> {
  return { type, description: both(zh, en), resolve: byResponseKey, extensions: carrying({ kind: "part" }) };
}
