import type { EntityManager } from "@mikro-orm/core";
import type { Generated, Kysely } from "kysely";

import type { Clock } from "./clock.ts";
import type { Enqueue } from "./enqueue.ts";
import type { Columns, Entity, EntityDefinition, Row } from "./entity.ts";
import type { Language } from "./label.ts";
import type { Viewer } from "./viewer.ts";

type Lowercased<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Lowercased<Tail>}`
    : `_${Lowercase<Head>}${Lowercased<Tail>}`
  : Text;

/** `responsibleUnitId` → `responsible_unit_id`, in types. */
export type Snake<Text extends string> = Text extends `${infer Head}${infer Tail}` ? `${Lowercase<Head>}${Lowercased<Tail>}` : Text;

type TableOf<Name extends string, C extends Columns> = {
  [Key in keyof Row<Name, C> & string as Snake<Key>]: Key extends "id" ? Generated<Row<Name, C>[Key]> : Row<Name, C>[Key];
};

/** The kysely tables of some entities: `Tables<typeof Lead | typeof Unit>`. */
export type Tables<Read extends Entity> = {
  [One in Read as Snake<One["definition"]["name"]>]: One extends { readonly definition: EntityDefinition<infer Name, infer C> }
    ? TableOf<Name, C>
    : never;
};

/** What a plugin's own code is given: who asks, the time, and the database through the asker's eyes. */
export interface ReadContext {
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly language: Language;
  /**
   * A kysely over the tables of the named entities, in the snapshot and the scope of the request. Tables are named without a schema.
   *
   * @throws Refusal in a statement that sets anything or names another schema
   */
  readonly db: <const Read extends readonly Entity[]>(...entities: Read) => Kysely<Tables<Read[number]>>;
}

/** The context of a resolver: in a mutation it has MikroORM's unit of work, in one transaction. */
export interface Context extends ReadContext {
  /**
   * MikroORM, bound to the transaction of the mutation field that is running.
   *
   * @throws Refusal outside a mutation
   */
  readonly em: EntityManager;
  /**
   * Queues a job in the transaction of the mutation field that is running.
   *
   * @throws Refusal outside a mutation
   */
  readonly enqueue: Enqueue;
}
