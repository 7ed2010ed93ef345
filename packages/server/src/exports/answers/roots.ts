import type { Label } from "@xianmai/plugin-api";
import type { EntityModel, Model } from "@xianmai/plugin-api/model";
import { meaningOf } from "@xianmai/query";
import {
  getArgumentValues,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields } from "graphql/execution/collectFields.js";

import type { ServerContext } from "../../requests/context.ts";
import type { Operation } from "../../requests/operations.ts";
import { halves, labelOf } from "./labels.ts";
import { nothingShown } from "./refusals.ts";
import { shapeOf, type Reading, type Shape } from "./shape.ts";

/** A root field, and the table that it is shown as. */
export interface Root {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly title: Label;
  readonly shape: Shape;
  readonly operation: OperationDefinitionNode;
  readonly coerced: Readonly<Record<string, unknown>>;
}

/** The variables of an operation, and who asks. */
export interface Given {
  readonly coerced: Record<string, unknown>;
  readonly context: ServerContext;
}

/**
 * The root fields of a query, each with the table that it is shown as.
 *
 * @throws Refusal EXPORT_LISTS_BESIDE, EXPORT_NO_COLUMNS
 */
export function rootsOf(
  { schema, model }: { readonly schema: GraphQLSchema; readonly model: Model },
  operation: OperationDefinitionNode,
  { document }: Operation,
  { coerced, context }: Given,
): readonly Root[] {
  const fragments = Object.fromEntries(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  const type = schema.getQueryType();
  if (type === null || type === undefined) return [];
  const summed = summedColumns(model);
  const reading: Reading = {
    schema,
    fragments,
    variables: coerced,
    language: context.language,
    isSummed: (entity, { name }) => summed.has(`${entity.name}.${name}`),
  };
  return [...collectFields(schema, fragments, coerced, type, operation.selectionSet)].flatMap(([key, nodes]) => {
    const field = type.getFields()[nodes[0]?.name.value ?? ""];
    // of the schema itself there is nothing to hand on
    if (field === undefined) return [];
    const shape = shapeOf(reading, field, nodes);
    if (shape.columns.length === 0) throw nothingShown(key);
    const title = titleOf(model, field, nodes, coerced);
    const told = key === field.name ? title : { zh: `${title.zh}（${key}）`, en: `${title.en} (${key})` };
    return [{ key, field, nodes, title: told, shape, operation, coerced }];
  });
}

/** The columns whose sum means something, as declared sheets say it. */
function summedColumns(model: Model): ReadonlySet<string> {
  const sheets = model.plugins.flatMap((plugin) => plugin.sheets);
  return new Set(
    sheets.flatMap(({ entity, columns }) =>
      Object.entries(columns).flatMap(([name, { total }]) => (total === true ? [`${entity.definition.name}.${name}`] : [])),
    ),
  );
}

function titleOf(
  model: Model,
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  coerced: Readonly<Record<string, unknown>>,
): Label {
  const meaning = meaningOf(field);
  if (meaning?.kind === "list" || meaning?.kind === "one") return meaning.entity.label;
  if (meaning?.kind === "aggregates") return figuresOf(meaning.entity);
  const [node] = nodes;
  const name: unknown = node === undefined ? undefined : getArgumentValues(field, node, coerced)["name"];
  const metric = model.plugins.flatMap(({ metrics }) => metrics).find((one) => one.name === name);
  if (metric !== undefined && field.name === "metric") return metric.label;
  const { zh } = halves(field.description ?? "");
  return { zh: zh === "" ? field.name : labelOf(field, "zh"), en: labelOf(field, "en") };
}

function figuresOf({ label }: EntityModel): Label {
  return { zh: `${label.zh}汇总`, en: `${label.en}: figures` };
}
