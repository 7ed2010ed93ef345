import {
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

import { priceOf, type Price } from "./price.ts";
import { below, fragmentsOf, MOST, stepOf, type Fragments, type Passed } from "./selections.ts";
import { argumentOf, isLeftOut, variablesOf, type Variables } from "./values.ts";

/** What a document's operations would cost: every object that the answer may show counts one, by the sizes of the lists that it stands in. */
export interface Costs {
  of(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): number;
  /** Where, in the order of the document, a cost that is above a limit passed it. */
  passed(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>, limit: number): Passed;
}

/** What a selection costs: `once`, in any case, per `rows` that it stands under, and per row of the `page` of the connection that it stands in. */
interface Cost {
  readonly once: number;
  readonly rows: number;
  readonly page: number;
}

const NOTHING: Cost = { once: 0, rows: 0, page: 0 };

/** Costs that are kept of one operation: screens ask with few values, again and again. */
const KEPT = 100;

/** Costs of one operation, by the values of the variables that they hang on. */
interface Known {
  readonly names: ReadonlySet<string>;
  readonly costs: Map<string, number>;
}

/** Makes the costs of a document. An operation is added up once for the same values of the variables that its cost hangs on. */
export function costsOf(schema: GraphQLSchema, document: DocumentNode): Costs {
  const known = new Map<OperationDefinitionNode, Known>();
  const prices = new PriceList(schema);
  const fragments = fragmentsOf(document);
  return {
    of: (operation, given) => {
      const variables = variablesOf(operation, given);
      const before = known.get(operation) ?? { names: new Set<string>(), costs: new Map<string, number>() };
      const found = before.costs.get(keyOf(before.names, variables));
      if (found !== undefined) return found;
      const sum = new Sum(prices, fragments, variables);
      const { once, rows } = sum.inside(operation.selectionSet, rootOf(schema, operation));
      const cost = add(once, rows);
      const names = before.names.union(sum.hangsOn);
      // what was kept by fewer variables, or grew too large, is begun anew
      const costs = names.size > before.names.size || before.costs.size >= KEPT ? new Map<string, number>() : before.costs;
      known.set(operation, { names, costs: costs.set(keyOf(names, variables), cost) });
      return cost;
    },
    passed: (operation, given, limit) =>
      new Sum(prices, fragments, variablesOf(operation, given)).passed(operation, rootOf(schema, operation), limit),
  };
}

/** Tells apart what makes another cost: whether a value is given, a number, a truth, how long a list is. */
function keyOf(names: ReadonlySet<string>, variables: Variables): string {
  let key = "";
  for (const name of names) key += `${keyOfValue(variables(name))};`;
  return key;
}

function keyOfValue(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value === undefined || value === null) return String(value);
  return Array.isArray(value) ? `[${value.length}` : typeof value;
}

function rootOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLCompositeType | undefined {
  return schema.getRootType(operation) ?? undefined;
}

/** The prices of the fields of a document, each looked up once; a field always stands in the same type. */
class PriceList {
  readonly schema: GraphQLSchema;
  readonly #known = new WeakMap<FieldNode, Price | "free">();

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  of(field: FieldNode, parent: GraphQLCompositeType): Price | undefined {
    const known = this.#known.get(field) ?? priceOf(this.schema, parent, field.name.value) ?? "free";
    this.#known.set(field, known);
    return known === "free" ? undefined : known;
  }
}

/** One adding up with one request's variables. Each fragment is looked at once, however often it is spread. */
class Sum {
  /** The variables that were looked at. */
  readonly hangsOn = new Set<string>();
  readonly #prices: PriceList;
  readonly #fragments: Fragments;
  readonly #variables: Variables;
  readonly #known = new Map<SelectionSetNode, Cost>();

  constructor(prices: PriceList, fragments: Fragments, variables: Variables) {
    this.#prices = prices;
    this.#fragments = fragments;
    this.#variables = (name) => {
      this.hangsOn.add(name);
      return variables(name);
    };
  }

  inside(set: SelectionSetNode | undefined, parent: GraphQLCompositeType | undefined): Cost {
    if (set === undefined || parent === undefined) return NOTHING;
    const found = this.#known.get(set);
    if (found !== undefined) return found;
    this.#known.set(set, NOTHING);
    const cost = set.selections.reduce((sum, one) => plus(sum, this.#whole(one, parent)), NOTHING);
    this.#known.set(set, cost);
    return cost;
  }

  passed(operation: OperationDefinitionNode, root: GraphQLCompositeType | undefined, limit: number): Passed {
    const path: string[] = [];
    let at = { set: operation.selectionSet as SelectionSetNode | undefined, parent: root, rows: 1, page: 0 };
    let left = limit;
    while (at.set !== undefined && at.parent !== undefined) {
      let next: typeof at | undefined;
      for (const selection of at.set.selections) {
        const { once, rows, page } = this.#whole(selection, at.parent);
        const total = add(once, add(times(rows, at.rows), times(page, at.page)));
        if (total <= left) {
          left -= total;
          continue;
        }
        path.push(...stepOf(selection));
        next = { ...at, set: below(selection, this.#fragments), parent: this.#typeBelow(selection, at.parent) };
        if (selection.kind === Kind.FIELD) {
          const { own, length, page: rowsOfPage, price } = this.#field(selection, at.parent);
          const under = price?.length === "page" ? at.page : times(at.rows, length);
          left -= add(own.once, times(own.rows, under));
          if (left < 0) return { node: selection, path };
          next = { ...next, rows: under, page: times(under, rowsOfPage) };
        }
        break;
      }
      if (next === undefined) break;
      at = next;
    }
    return { node: operation, path };
  }

  #whole(selection: SelectionNode, parent: GraphQLCompositeType): Cost {
    if (isLeftOut(selection.directives, this.#variables)) return NOTHING;
    const inner = this.inside(below(selection, this.#fragments), this.#typeBelow(selection, parent));
    if (selection.kind !== Kind.FIELD) return inner;
    const { own, length, page, price } = this.#field(selection, parent);
    const each = add(own.rows, add(inner.rows, times(page, inner.page)));
    const once = add(own.once, inner.once);
    return price?.length === "page" ? { once, rows: 0, page: each } : { once, rows: times(each, length), page: 0 };
  }

  /** What a field costs without what is selected below it, how long its list is, and how many rows the page has that it opens. */
  #field(
    field: FieldNode,
    parent: GraphQLCompositeType,
  ): { own: Omit<Cost, "page">; length: number; page: number; price: Price | undefined } {
    const price = this.#prices.of(field, parent);
    if (price === undefined) return { own: NOTHING, length: 1, page: 0, price };
    const own = { once: price.once, rows: price.objects ? 1 : 0 };
    const length = price.length === "arguments" ? this.#lengthOf(field, price) : price.length === "page" ? 1 : price.length;
    return { own, length, page: this.#rowsAsked(field) ?? price.unsaid, price };
  }

  #rowsAsked(field: FieldNode): number | undefined {
    const asked = [argumentOf(field, "first", this.#variables), argumentOf(field, "last", this.#variables)];
    return asked.find((one): one is number => typeof one === "number" && one >= 0);
  }

  /** A list without pages: rows by their ids, groups, or whatever a plugin gives. */
  #lengthOf(field: FieldNode, { once, unsaid }: Price): number {
    const ids = argumentOf(field, "ids", this.#variables);
    if (Array.isArray(ids)) return ids.length;
    const groups: unknown = once === 0 ? undefined : (argumentOf(field, "groupBy", this.#variables) ?? []);
    if (Array.isArray(groups) && groups.length === 0) return 1;
    return this.#rowsAsked(field) ?? unsaid;
  }

  #typeBelow(selection: SelectionNode, parent: GraphQLCompositeType): GraphQLCompositeType | undefined {
    if (selection.kind === Kind.FIELD) return this.#prices.of(selection, parent)?.type;
    const condition =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition : this.#fragments.get(selection.name.value)?.typeCondition;
    if (condition === undefined) return selection.kind === Kind.INLINE_FRAGMENT ? parent : undefined;
    // validation has seen to it that the type of a fragment has fields
    return typeFromAST(this.#prices.schema, condition) as GraphQLCompositeType | undefined;
  }
}

function plus(left: Cost, right: Cost): Cost {
  return { once: add(left.once, right.once), rows: add(left.rows, right.rows), page: add(left.page, right.page) };
}

function add(left: number, right: number): number {
  return Math.min(MOST, left + right);
}

function times(left: number, right: number): number {
  return Math.min(MOST, left * right);
}
