import type { ColumnModel, EntityModel } from "@xianmai/plugin-api/model";
import { columnOf } from "@xianmai/plugin-api/model";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { PathPattern } from "../run/answer.ts";
import type { Compilation } from "./compilation.ts";
import { lookup, type Lookup } from "./found.ts";
import { InputError } from "./input-error.ts";
import { parseGlobalId } from "../schema/global-id.ts";
import { entityWriter } from "./objects.ts";
import { arrayText, idOperand, operand, textOperand } from "./operands.ts";
import { filled, type Slot } from "./slots.ts";
import { bound, joined, type Sql } from "./sql.ts";

/** Keys that are known when a plan is run. */
export interface Keys {
  /** A parameter of type uuid[]. */
  readonly operand: Sql;
  readonly values: (variables: Readonly<Record<string, unknown>>) => readonly string[];
}

/** Plans a look-up of any number of rows of an entity. */
export function lookupByKeys(
  compilation: Compilation,
  entity: EntityModel,
  keys: Keys,
  nodes: readonly FieldNode[],
  path: PathPattern,
): Lookup {
  compilation.reads.asked(entity, keys.values);
  return lookup(compilation, { entity, nodes, path, row: entityWriter }, (alias) => sql`${sql.id(alias, "id")} = any(${keys.operand})`);
}

/**
 * Plans a look-up of one row by its id or natural key.
 *
 * @throws InputError when the arguments name no row
 */
export function lookupOne(
  compilation: Compilation,
  entity: EntityModel,
  args: Readonly<Record<string, unknown>>,
  nodes: readonly FieldNode[],
  path: PathPattern,
): Lookup {
  const given = (name: string): unknown => args[name] ?? undefined;
  const missing = entity.key.filter((column) => given(column.name) === undefined);
  const partial = missing.length < entity.key.length && missing.length > 0;
  if ((given("id") === undefined && missing.length === entity.key.length) || partial) throw nothingNamed(entity, missing);
  const one = given("id") === undefined ? undefined : idOperand(entity.name, given("id"));
  const condition = (alias: string): Sql =>
    joined(
      [
        ...(one === undefined ? [] : [sql`${sql.id(alias, "id")} = ${one}`]),
        ...(missing.length > 0 ? [] : entity.key.map((column) => keyCondition(compilation, alias, column, given(column.name)))),
      ],
      sql` and `,
    );
  const made = lookup(compilation, { entity, nodes, path, row: entityWriter, one }, condition);
  if (missing.length === 0) compilation.reads.natural(entity, made.id);
  else compilation.reads.asked(entity, (variables) => uuidsOf(entity, filled(args["id"], variables)));
  return made;
}

function keyCondition(compilation: Compilation, alias: string, column: ColumnModel, given: unknown): Sql {
  const value = sql.id(alias, column.column);
  const { target } = column;
  if (target === undefined) return sql`${value} = ${operand(column, given)}`;
  if (column.kind !== "entry") return sql`${value} = ${idOperand(target.name, given)}`;
  const entry = compilation.alias(target);
  const code = sql.id(entry, columnOf(target, "code").column);
  return sql`${value} in (select ${sql.id(entry, "id")} from ${sql.id(target.table)} as ${sql.id(entry)} where ${code} = ${textOperand(given)})`;
}

/** The keys that an argument's global ids name of an entity; ids of others are passed over. */
export function keysOf(entity: EntityModel, source: unknown): Keys {
  return {
    operand: bound("uuid[]", source, (ids) => arrayText(uuidsOf(entity, ids))),
    values: (variables) => uuidsOf(entity, filled(source, variables)),
  };
}

function uuidsOf(entity: EntityModel, given: unknown): readonly string[] {
  const ids: readonly unknown[] = Array.isArray(given) ? given : [given];
  return ids.flatMap((id) => {
    const parsed = parseGlobalId(String(id));
    return parsed?.entity === entity.name ? [parsed.uuid] : [];
  });
}

/** Keys that are no argument of the operation: see `KEYS`. */
export function bareKeys(source: Slot): Keys {
  const values = (keys: unknown): readonly string[] => keys as readonly string[];
  return { operand: bound("uuid[]", source, (keys) => arrayText(values(keys))), values: (variables) => values(filled(source, variables)) };
}

function nothingNamed(entity: EntityModel, missing: readonly ColumnModel[]): InputError {
  const key = entity.key.map(({ name }) => name).join(", ");
  const absent = missing.map(({ name }) => name).join(", ");
  return key === ""
    ? new InputError(`${entity.names.one} 缺少 id。`, `${entity.names.one} needs an id.`)
    : new InputError(
        `${entity.names.one} 未指明记录（缺少 ${absent}）：请给出 id，或完整的 ${key}。`,
        `${entity.names.one} names no row (${absent} is missing): give an id, or all of ${key}.`,
      );
}
