import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";

import { Arguments } from "./arguments.ts";
import type { Dice, Tables } from "./rows.ts";
import { list, plain, text, type Value } from "./values.ts";
import { Variables } from "./variables.ts";

/** A random operation over a model's entities. */
export interface RandomOperation {
  readonly document: string;
  /** Two sets of values for its variables: some of one shape, some of another. */
  readonly variables: readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
}

/** Makes operations of every feature of the generated API, but for cursors, which an oracle cannot know. */
export class Operations {
  readonly #model: Model;
  readonly #tables: Tables;
  readonly #dice: Dice;
  #variables: Variables;
  #arguments: Arguments;
  /** Written out, by the type that they are on. */
  #fragments: { readonly name: string; readonly on: string; readonly text: string }[] = [];
  #names = 0;

  constructor(model: Model, tables: Tables, dice: Dice) {
    this.#model = model;
    this.#tables = tables;
    this.#dice = dice;
    this.#variables = new Variables(dice);
    this.#arguments = new Arguments(tables, dice, this.#variables);
  }

  next(): RandomOperation {
    this.#variables = new Variables(this.#dice);
    this.#arguments = new Arguments(this.#tables, this.#dice, this.#variables);
    this.#fragments = [];
    this.#names = 0;
    const roots = Array.from({ length: 1 + this.#dice.below(3) }, () => (this.#dice.chance(15) ? this.#board() : this.#root()));
    return {
      document: [`query${this.#variables.declarations()} { ${roots.join("\n  ")} }`, ...this.#fragments.map(({ text }) => text)].join("\n"),
      variables: [this.#variables.values(0), this.#variables.values(1)],
    };
  }

  #root(): string {
    const dice = this.#dice;
    const entity = dice.of(this.#model.entities);
    const anyId = (type: string) => (): Value => ({ type, ...text(this.#arguments.id(dice.of(this.#model.entities))) });
    switch (dice.below(7)) {
      case 0: {
        const id = this.#variables.use(() => ({ type: "ID", ...text(this.#arguments.id(entity)) }), true);
        return this.#field(`${this.#name()}: ${entity.names.one}(id: ${id.literal})`, "Query", () => this.#object(entity, 2));
      }
      case 1: {
        const ids = (): Value => {
          const some = Array.from({ length: dice.below(6) }, () => this.#variables.use(anyId("ID!")));
          return { type: "[ID!]!", ...list(some, dice.chance(30)) };
        };
        return this.#field(`${this.#name()}: nodes(ids: ${this.#variables.use(ids).literal})`, "Query", () => this.#anything());
      }
      case 2:
        return this.#field(`${this.#name()}: node(id: ${this.#variables.use(anyId("ID!")).literal})`, "Query", () => this.#anything());
      case 3:
        return this.#aggregates("Query", entity.names.aggregates, entity);
      default: {
        const head = `${this.#name()}: ${entity.names.many}${this.#arguments.ofList(entity)}`;
        return this.#field(head, "Query", () => this.#connection(entity, 3));
      }
    }
  }

  /** Several figures over the same rows, as on a screen: grouped otherwise, or alike, or by the same in another order. */
  #board(): string {
    const dice = this.#dice;
    const entity = dice.of(this.#model.entities);
    const { aggregates } = entity.names;
    const filter = this.#arguments.filtered(entity);
    const fields = Array.from({ length: 2 + dice.below(3) }, () => this.#dimensions(entity));
    const again = dice.chance(30) ? [dice.of(fields)] : [];
    const turned = dice.chance(30) ? [dice.of(fields).toReversed()] : [];
    return [...fields, ...again, ...turned].map((by) => this.#aggregates("Query", aggregates, entity, by, filter)).join("\n  ");
  }

  /** A field with what is selected of it, here and there twice, to be merged, or under a directive. */
  #field(head: string, on: string, selection: () => string): string {
    const once = `${head}${this.#when()} ${selection()}`;
    if (!this.#dice.chance(8)) return once;
    const again = `${head}${this.#when()} ${selection()}`;
    return `${once} ${this.#dice.chance(50) ? `... on ${on}${this.#when()} { ${again} }` : again}`;
  }

  /** A directive, or none. */
  #when(): string {
    const dice = this.#dice;
    if (!dice.chance(6)) return "";
    const directive = (name: string): string =>
      ` @${name}(if: ${this.#variables.use(() => ({ type: "Boolean!", ...plain(dice.chance(50)) })).literal})`;
    return dice.chance(20) ? directive("skip") + directive("include") : directive(dice.of(["include", "skip"]));
  }

  /** What is selected where any entity may stand. */
  #anything(deep = true): string {
    const dice = this.#dice;
    const parts = dice.some(this.#model.entities, deep ? 40 : 0).map((one) => `... on ${one.name}${this.#when()} ${this.#object(one, 1)}`);
    const node = dice.chance(30) ? [`... on Node { ${parts.splice(0, 1).join("")} ${this.#name()}: id }`] : [];
    return this.#named("Node", `__typename${this.#when()} id ${[...node, ...parts].join(" ")}`);
  }

  #connection(entity: EntityModel, depth: number): string {
    const dice = this.#dice;
    const type = `${entity.name}Connection`;
    const rows = (): string => this.#object(entity, depth - 1);
    const parts = [
      ...(dice.chance(30) ? [`totalCount${this.#when()}`] : []),
      ...(dice.chance(30) ? [`pageInfo${this.#when()} { hasNextPage ${this.#typename()} hasPreviousPage${this.#when()} }`] : []),
      ...(dice.chance(20)
        ? [this.#field("edges", type, () => `{ ${this.#field("node", `${entity.name}Edge`, rows)} ${this.#typename()} }`)]
        : []),
      this.#typename(),
      this.#field("nodes", type, rows),
    ];
    return this.#named(type, parts.join(" "));
  }

  #object(entity: EntityModel, depth: number): string {
    const dice = this.#dice;
    const fields: string[] = [dice.chance(50) ? "id" : "__typename"];
    if (dice.chance(10)) fields.push("version");
    for (const field of entity.fields) {
      if (dice.chance(10)) fields.push(`${this.#name()}: ${field.name}${this.#when()}`);
    }
    for (const column of entity.columns) {
      const { name, target } = column;
      if (!dice.chance(30)) continue;
      if (column.subject !== undefined) fields.push(this.#field(`${this.#name()}: ${name}`, entity.name, () => this.#anything(depth > 0)));
      else if (target === undefined) fields.push(`${dice.chance(20) ? `${this.#name()}: ` : ""}${name}${this.#when()}`);
      else if (depth > 0) fields.push(this.#field(`${this.#name()}: ${name}`, entity.name, () => this.#object(target, depth - 1)));
    }
    if (depth > 0) {
      for (const inverse of entity.inverses) {
        if (dice.chance(15)) fields.push(this.#aggregates(entity.name, inverse.aggregates, inverse.entity));
        if (!dice.chance(25)) continue;
        const head = `${this.#name()}: ${inverse.name}${this.#arguments.ofList(inverse.entity)}`;
        fields.push(this.#field(head, entity.name, () => this.#connection(inverse.entity, depth - 1)));
      }
    }
    const selection = fields.join(" ");
    if (dice.chance(10)) return `{ ... on Node${this.#when()} { id } ... on ${entity.name} { ${selection} } }`;
    return this.#named(entity.name, selection);
  }

  /** A selection as it stands, or as a fragment with a name; with one that another place has used, where there is one. */
  #named(on: string, selection: string): string {
    const dice = this.#dice;
    const known = this.#fragments.filter((fragment) => fragment.on === on).map(({ name }) => `...${name}`);
    const again = known.length > 0 && dice.chance(20) ? ` ${dice.of(known)}${this.#when()}` : "";
    if (!dice.chance(10)) return `{ ${selection}${again} }`;
    const name = `F${this.#names++}`;
    this.#fragments.push({ name, on, text: `fragment ${name} on ${on} { ${selection} }` });
    return `{ ...${name}${this.#when()}${again} }`;
  }

  #dimensions(entity: EntityModel): readonly ColumnModel[] {
    const dimensions = entity.columns.filter(({ kind }) => !["text", "texts", "money", "decimal", "percent", "subject"].includes(kind));
    return this.#dice.some(dimensions, 20).slice(0, 3);
  }

  #aggregates(
    on: string,
    name: string,
    entity: EntityModel,
    chosen: readonly ColumnModel[] = this.#dimensions(entity),
    filter: readonly string[] = this.#arguments.filtered(entity),
  ): string {
    const dice = this.#dice;
    const head = `${this.#name()}: ${name}${this.#arguments.ofAggregates(entity, chosen, filter)}`;
    const selection = (): string => {
      const keys = chosen.map(({ name: key, target, kind }) =>
        target === undefined || kind === "entry"
          ? `${key}${this.#when()}`
          : this.#field(key, `${entity.name}GroupKey`, () => this.#object(target, 1)),
      );
      const measures = entity.columns
        .filter(({ kind }) => ["money", "integer", "decimal", "percent"].includes(kind) && dice.chance(50))
        .map((column) => `${column.name}${this.#when()} { ${this.#figures()} }`);
      const key = keys.length === 0 ? "" : `key${this.#when()} { ${this.#typename()} ${keys.join(" ")} }`;
      return `{ ${key} count${this.#when()} ${this.#typename()} ${measures.join(" ")} }`;
    };
    return this.#field(head, on, selection);
  }

  #figures(): string {
    const figures = this.#dice.some(["sum", "avg", "min", "max"], 60).map((figure) => `${figure}${this.#when()}`);
    return [...figures, "sum", this.#typename()].join(" ");
  }

  #typename(): string {
    return this.#dice.chance(10) ? `${this.#name()}: __typename` : "";
  }

  #name(): string {
    return `a${this.#names++}`;
  }
}
