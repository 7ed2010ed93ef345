import { bilingual, type Field, type Label } from "@xianmai/plugin-api";
import type { GraphQLFieldConfig, GraphQLOutputType } from "graphql";

import { carrying } from "./meaning.ts";
import { byResponseKey } from "./response-key.ts";

/** A field that a package of the platform puts on an entity. */
export interface RowField {
  /** Its code, called once for all rows of an answer; what it gives is written as JSON. */
  readonly field: Field;
  readonly type: GraphQLOutputType;
  readonly description: Label;
  /** Whether the code asks `isWritable` of its rows. */
  readonly writable?: boolean;
  /** What it shows of what the code gives for a row; that itself unless given. Several fields may so share one code, which is called once for all. */
  readonly shown?: (value: never) => unknown;
}

/**
 * Makes a field of an entity, batched as those that plugins add. Where its type is non-null and its code fails, the root field that it stands in
 * fails: nothing could be shown in its place.
 */
export function rowField({ field, type, description, writable = false, shown }: RowField): GraphQLFieldConfig<unknown, unknown> {
  return {
    type,
    description: bilingual(description),
    resolve: byResponseKey,
    extensions: carrying({
      kind: "added",
      field,
      writable,
      ...(shown === undefined ? {} : { shown: shown as (value: unknown) => unknown }),
    }),
  };
}
