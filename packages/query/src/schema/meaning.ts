import type { Field } from "@xianmai/plugin-api";
import type { ColumnModel, EntityModel, InverseModel } from "@xianmai/plugin-api/model";
import type { GraphQLField, GraphQLNamedType } from "graphql";

/** What a generated field of an entity or a root is read from. Fields without one are resolved by whoever wrote them. */
export type FieldMeaning =
  | { readonly kind: "id" | "version" }
  | { readonly kind: "column"; readonly column: ColumnModel }
  | { readonly kind: "reference" | "subject"; readonly column: ColumnModel }
  | { readonly kind: "inverse" | "inverseAggregates"; readonly inverse: InverseModel }
  | {
      readonly kind: "added";
      readonly field: Field;
      /** Whether its code is told of each row if whoever asks may write it: see `isWritable`. */
      readonly writable?: boolean;
      /** What it shows of what its code gives for a row; that itself unless given. */
      readonly shown?: (value: unknown) => unknown;
    }
  | { readonly kind: "stageHistory" }
  | {
      readonly kind: "revisions";
      /** All revisions of a dictionary, or the number or the time of the present one. */
      readonly shows: "number" | "at" | "all";
    }
  /** A field of what is not a row of its own, read with the row that it stands in. */
  | { readonly kind: "part" }
  | { readonly kind: "list" | "one" | "aggregates" | "stages"; readonly entity: EntityModel }
  | { readonly kind: "node" | "nodes" };

/** What a generated type belongs to. */
export interface TypeMeaning {
  /** The plugin that declares what it was made from. */
  readonly plugin: string;
  /** Set on the object type of an entity alone. */
  readonly entity?: EntityModel;
}

const KEY = "xianmai";

/** The extensions that carry a meaning; they survive the copying of types during composition. */
export function carrying(meaning: FieldMeaning | TypeMeaning): { readonly [KEY]: FieldMeaning | TypeMeaning } {
  return { [KEY]: meaning };
}

/** The meaning of a generated field, `undefined` for any other. */
export function meaningOf(field: Pick<GraphQLField<unknown, unknown>, "extensions">): FieldMeaning | undefined {
  return field.extensions[KEY] as FieldMeaning | undefined;
}

/** Whether a generated field looks at every row of a table: sums, groups, figures of stages. */
export function looksAtAll(field: Pick<GraphQLField<unknown, unknown>, "extensions">): boolean {
  const kind = meaningOf(field)?.kind;
  return kind === "aggregates" || kind === "inverseAggregates" || kind === "stages";
}

/** The plugin that a generated type comes from, `undefined` for a type of the platform's own or of a resolver. */
export function pluginOf(type: GraphQLNamedType): string | undefined {
  return typeMeaning(type)?.plugin;
}

/** The entity that an object type shows, `undefined` for any other type. */
export function entityShownBy(type: GraphQLNamedType): EntityModel | undefined {
  return typeMeaning(type)?.entity;
}

function typeMeaning(type: GraphQLNamedType): TypeMeaning | undefined {
  return type.extensions[KEY] as TypeMeaning | undefined;
}
