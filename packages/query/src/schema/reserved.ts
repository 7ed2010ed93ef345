import { Refusal } from "@xianmai/plugin-api";
import { STAGE_FIELDS, type EntityModel, type Model } from "@xianmai/plugin-api/model";

import { measuresOf } from "./aggregates.ts";
import { REVISION_FIELDS } from "./dictionary-revisions.ts";

/** Names that the generated API uses beside the columns and inverses of an entity. */
const WORDS: readonly string[] = ["id", "version", "and", "or", "not", "isNull", "ifVersion", "idempotencyKey"];
const GROUP_WORDS: readonly string[] = ["key", "count"];

/** Names that every object has: a row that lacks such a column would seem to have it. */
const EVERYWHERE: readonly string[] = [...Object.getOwnPropertyNames(Object.prototype), "toJSON"];

/** Refuses columns, inverses and fields whose names the generated API needs itself. @throws Refusal COLUMN_NAME_RESERVED */
export function refuseReservedNames(model: Model): void {
  for (const entity of model.entities) {
    const names = [...entity.columns, ...entity.inverses, ...entity.fields].map(({ name }) => name);
    const words = [
      ...WORDS,
      ...(entity.stage === undefined ? [] : STAGE_FIELDS),
      ...(entity === model.dictionaries?.dictionary ? REVISION_FIELDS : []),
    ];
    const taken =
      names.find((name) => words.includes(name) || EVERYWHERE.includes(name)) ??
      measuresOf(entity).find(({ name }) => GROUP_WORDS.includes(name))?.name;
    if (taken !== undefined) throw reserved(entity, taken);
  }
}

function reserved(entity: EntityModel, name: string): Refusal {
  return new Refusal(
    "COLUMN_NAME_RESERVED",
    {
      zh: `插件 ${entity.plugin} 的 ${entity.name}.${name} 使用了名称 ${name}，生成的接口或 JavaScript 自己要用它。`,
      en: `${entity.name}.${name} of plugin ${entity.plugin} has the name ${name}, which the generated API or JavaScript itself uses.`,
    },
    { zh: "请改名。", en: "Rename it." },
  );
}
