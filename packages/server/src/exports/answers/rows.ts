import type { WrittenCell, WrittenCells } from "@xianmai/sheets";

import type { Level } from "./shape.ts";

/** The rows of an answer's root field: one for each item of its innermost list; what has no items has one row of its own, below the first level. */
export function* rowsOf(root: Level, value: unknown, width: number): Generator<WrittenCells> {
  if (value === null || value === undefined) return;
  yield* below(
    root,
    value,
    Array.from({ length: width }, (): WrittenCell => null),
    true,
  );
}

function* below(level: Level, item: unknown, above: readonly WrittenCell[], isRoot: boolean): Generator<WrittenCells> {
  const row = [...above];
  for (const { path, at, read } of level.leaves) row[at] = read(valueAt(item, path));
  if (level.list === undefined) {
    yield row;
    return;
  }
  const items = valueAt(item, level.list.path);
  const list: readonly unknown[] = Array.isArray(items) ? items : [];
  if (list.length === 0 && !(isRoot && level.leaves.length === 0)) yield row;
  for (const one of list) yield* below(level.list.level, one, row, false);
}

function valueAt(item: unknown, path: readonly string[]): unknown {
  let value = item;
  for (const key of path)
    value = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return value;
}
