import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { GraphQLID, GraphQLNonNull, type GraphQLFieldConfig, type GraphQLFieldConfigMap } from "graphql";

import { both } from "../schema/describe.ts";
import type { EntityTypes } from "../schema/entity-types.ts";
import { removeEntry } from "./entry-removal.ts";
import { columnInput } from "./input-types.ts";
import { lockedRow, VERSION_FIELD } from "./locked-row.ts";
import { mutationField, rowMutationField } from "./mutation-field.ts";
import { rowValues } from "./row-values.ts";

type Field = GraphQLFieldConfig<unknown, unknown>;

/** The generated fields of `Mutation`: create, update and delete of the entities that declare them. A stage is never set by them. */
export function mutationFields(types: EntityTypes): GraphQLFieldConfigMap<unknown, unknown> {
  return Object.fromEntries(
    types.model.entities.flatMap((entity) => {
      const { head } = entity.entity.definition;
      return [
        ...(head.create === undefined ? [] : [[entity.names.create, createField(types, entity, head.create)] as const]),
        ...(head.update === undefined ? [] : [[entity.names.update, updateField(types, entity, head.update)] as const]),
        ...(head.delete === undefined ? [] : [[entity.names.delete, deleteField(types, entity, head.delete)] as const]),
      ];
    }),
  );
}

function writable(entity: EntityModel): readonly ColumnModel[] {
  // the type of a subject follows from its id
  return entity.columns.filter((column) => column.kind !== "stage" && !entity.columns.some(({ subject }) => subject?.type === column));
}

function updateField(types: EntityTypes, entity: EntityModel, permission: string): Field {
  const { zh, en } = entity.label;
  return mutationField({
    types,
    entity,
    name: entity.names.update,
    label: { zh: `修改${zh}`, en: `Change a row: ${en}` },
    permission,
    takes: writable(entity).filter(({ declared }) => declared.options.fixed !== true),
  });
}

function createField(types: EntityTypes, entity: EntityModel, permission: string): Field {
  const { zh, en } = entity.label;
  const label = { zh: `新增${zh}`, en: `Add a row: ${en}` };
  const columns = writable(entity);
  return rowMutationField(
    { types, entity, name: entity.names.create, label, permission },
    {
      fields: Object.fromEntries(columns.map((column) => [column.name, columnInput(types, column, mustBeGiven(column))])),
      change: async ({ client, context, given }) => {
        const { values, problems } = await rowValues(types.model, client, columns, given, { today: context.clock.today() });
        if (problems.length > 0) return { problems };
        const empty = Object.fromEntries(
          columns.filter(({ declared }) => declared.default === undefined).map((column) => [column.rowKey, emptyOf(column)]),
        );
        const row = context.em.create<{ readonly id: string }>(entity.entity, { ...empty, ...values } as never);
        context.em.persist(row);
        // the key is given when the row is written
        await context.em.flush();
        return { row, problems: [] };
      },
    },
  );
}

function mustBeGiven({ required, declared, kind }: ColumnModel): boolean {
  return required && declared.default === undefined && kind !== "texts";
}

function emptyOf({ kind }: ColumnModel): unknown {
  return kind === "texts" ? [] : null;
}

function deleteField(types: EntityTypes, entity: EntityModel, permission: string): Field {
  const { zh, en } = entity.label;
  const label = { zh: `删除${zh}`, en: `Remove a row: ${en}` };
  return rowMutationField(
    { types, entity, name: entity.names.delete, label, permission },
    {
      removes: true,
      fields: {
        id: { type: new GraphQLNonNull(GraphQLID), description: both("全局标识", "Global id") },
        ifVersion: VERSION_FIELD,
      },
      change: async ({ client, context, given }) => {
        const found = await lockedRow(context.em, client, entity, given);
        if ("problem" in found) return { problems: [found.problem] };
        if (entity === types.model.dictionaries?.entry) return removeEntry(types.model, { client, context, row: found.row });
        context.em.remove(found.row);
        return { problems: [] };
      },
    },
  );
}
