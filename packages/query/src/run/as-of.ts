import { asOf, momentAt, momentOf, type ReadPool } from "@xianmai/database";
import type { Instant } from "@xianmai/plugin-api";
import { getDirectiveValues } from "graphql";

import { InputError } from "../plan/input-error.ts";
import type { Engine, Run } from "./engine.ts";

/** Whether `@asOf` may stand at an operation. */
export function showsThePast({ prepared: { operation } }: Run): boolean {
  return operation.directives !== undefined && operation.directives.length > 0;
}

/**
 * The pool that a query reads from: the present, or the past that its `@asOf` names.
 *
 * @throws InputError for a directive that names none or two, Refusal for a time or a moment of which nothing is known
 */
export async function poolOf({ readPool: own, types }: Engine, { prepared, variables, request }: Run): Promise<ReadPool> {
  const { readPool = own } = request;
  const given = getDirectiveValues(types.asOf, prepared.operation, variables);
  if (given === undefined) return readPool;
  const at = (given["at"] ?? undefined) as Instant | undefined;
  const moment = (given["moment"] ?? undefined) as string | undefined;
  if (at !== undefined && moment === undefined) return asOf(readPool, await momentAt(readPool, at));
  if (moment !== undefined && at === undefined) return asOf(readPool, await momentOf(readPool, moment));
  throw at === undefined
    ? new InputError("@asOf 没有指明时点：请写 at 或 moment。", "@asOf names no time: give at or moment.")
    : new InputError("@asOf 同时写了 at 和 moment：请只写一个。", "@asOf has both at and moment: give one of them.");
}
