import { LARGEST_PAGE } from "../schema/connections.ts";
import { InputError } from "./input-error.ts";

/** The part of a list that is asked for. */
export interface Page {
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** The argument that holds the cursor, a value or a slot. */
  readonly after: unknown;
  readonly before: unknown;
}

/**
 * Reads the paging arguments of a list; null means left out.
 *
 * @param size how many rows are given where none of them says so; `undefined` for all
 * @throws InputError for a size out of bounds, or two of them
 */
export function pageOf(args: Readonly<Record<string, unknown>>, size: number | undefined): Page {
  const first = sizeOf(args, "first");
  const last = sizeOf(args, "last");
  if (first !== undefined && last !== undefined) {
    throw new InputError("first 与 last 不能同时使用：请只写一个。", "first and last exclude each other: give one of them.");
  }
  return {
    first: first ?? (last === undefined ? size : undefined),
    last,
    after: args["after"] ?? undefined,
    before: args["before"] ?? undefined,
  };
}

function sizeOf(args: Readonly<Record<string, unknown>>, name: "first" | "last"): number | undefined {
  const size = (args[name] ?? undefined) as number | undefined;
  if (size === undefined || (size >= 0 && size <= LARGEST_PAGE)) return size;
  throw new InputError(`${name} 为 ${size}：应为 0 至 ${LARGEST_PAGE}。`, `${name} is ${size}: it is 0 to ${LARGEST_PAGE}.`);
}
