import fc from "fast-check";
import { buildSchema, getIntrospectionQuery, parse, validate, type OperationDefinitionNode } from "graphql";
import { describe, expect, test } from "vitest";

import { costsOf } from "../../../src/requests/limits/cost.ts";
import { createLexicalCheck } from "../../../src/requests/limits/lexical.ts";
import { createLimitCheck, DEFAULT_LIMITS, type OperationLimits } from "../../../src/requests/limits/limits.ts";
import { shapesOf } from "../../../src/requests/limits/shape.ts";
import { expandedCounts } from "./expanded.ts";

const schema = buildSchema(`
  directive @mark repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY | FRAGMENT_DEFINITION
  type PageInfo { hasNextPage: Boolean }
  type Unit { name: String  rows(first: Int, last: Int): RowConnection  parent: Unit  rowSums(groupBy: [String!]): [Sum!] }
  type Row { name: String  unit: Unit  rows(first: Int, last: Int): RowConnection  tags: [Unit!] }
  type RowConnection { nodes: [Row!]  pageInfo: PageInfo  totalCount: Int }
  type Sum { count: Int  unit: Unit }
  type Query { rows(first: Int, last: Int): RowConnection  row: Row  rowSums(groupBy: [String!]): [Sum!] }
  type Mutation { change(name: String): Row }
`);

type Given = Readonly<Record<string, unknown>>;
const refusalOf = (text: string, limits: Partial<OperationLimits> = {}, variables: Given = {}) => {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const asked = { document, operationName: undefined, variables };
  return createLimitCheck(schema, { ...DEFAULT_LIMITS, ...limits }).refusal(asked, "en");
};
const costOf = (text: string, variables: Given = {}): number => {
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== "OperationDefinition") throw new Error(text);
  return costsOf(schema, document).of(operation, variables);
};

describe("what is refused", () => {
  test.for([
    ["{ row { rows { nodes { name } } } }", { depth: 3 }, "QUERY_TOO_DEEP", 4, "row.rows.nodes.name"],
    ["{ a: row { b: name ...F } } fragment F on Row { c: name }", { aliases: 2 }, "QUERY_TOO_MANY_ALIASES", 3, "a....F.c"],
    [
      "query @mark { row @mark { ...F @mark } } fragment F on Row @mark { name }",
      { directives: 2 },
      "QUERY_TOO_MANY_DIRECTIVES",
      4,
      "row....F",
    ],
    ["{ row { name } rows(first: 50) { nodes { tags { name } } } }", { cost: 100 }, "QUERY_TOO_COSTLY", 1_052, "rows.nodes.tags"],
  ] as const)("%s: says limit, value and place", ([text, limits, code, found, at]) => {
    const error = refusalOf(text, limits);
    expect(error?.extensions).toEqual({ code, limit: Object.values(limits)[0], found, at });
    expect(error?.message).toContain(found.toLocaleString("en"));
    expect(error?.message).toContain(at);
    expect(error?.locations).toHaveLength(1);
  });

  test("a fragment that is spread again and again counts each time, and is counted at once", () => {
    const chain = Array.from({ length: 100 }, (_, at) => `fragment F${at} on Row { a: unit { name } ...F${at + 1} ...F${at + 1} }`);
    const text = `{ row { ...F0 } } ${chain.join(" ")} fragment F100 on Row { name }`;
    const error = refusalOf(text);
    expect(error?.extensions).toMatchObject({ code: "QUERY_TOO_MANY_ALIASES", limit: 500, found: Number.MAX_SAFE_INTEGER });
    expect(refusalOf(text, { aliases: Number.MAX_SAFE_INTEGER })?.extensions["code"]).toBe("QUERY_TOO_COSTLY");
  });

  test("what stands in a fragment, inline or not, is as deep as where it is spread", () => {
    expect(
      refusalOf("{ row { ... on Row { ... { unit { ...U } } } } } fragment U on Unit { parent { name } }", { depth: 3 })?.extensions,
    ).toMatchObject({
      found: 4,
      at: "row.unit....U.parent.name",
    });
  });

  test("one of many operations is weighed alone", () => {
    const document = parse(
      "query Small { row { name } } query Large { rows(first: 1000) { nodes { tags { rows(first: 1000) { nodes { name } } } } } }",
    );
    const check = createLimitCheck(schema, DEFAULT_LIMITS);
    const code = (operationName: string) => check.refusal({ document, operationName, variables: {} }, "zh")?.extensions["code"];
    expect([code("Small"), code("Large")]).toEqual([undefined, "QUERY_TOO_COSTLY"]);
  });

  test("introspection counts too: what nobody needs is refused, what every tool asks is not", () => {
    expect(refusalOf(getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, specifiedByUrl: true }))).toBeUndefined();
    const once = "__schema { types { fields { args { type { name } } } } }";
    expect(refusalOf(`{ ${once} }`)).toBeUndefined();
    const often = Array.from({ length: 40 }, (_, at) => `a${at}: ${once}`);
    expect(refusalOf(`{ ${often.join(" ")} }`)?.extensions).toMatchObject({ code: "QUERY_TOO_COSTLY" });
  });
});

describe("what an answer may cost", () => {
  test("is known before it is read, by the sizes of its lists, however they are given", () => {
    expect(costOf("{ rows { nodes { name } } }")).toBe(101);
    expect(costOf("{ rows(first: 7) { nodes { unit { name } } totalCount } }")).toBe(1 + 7 * 2 + 500);
    expect(costOf("query ($n: Int = 9) { rows(last: $n) { nodes { name } } }")).toBe(10);
    expect(costOf("query ($n: Int = 9) { rows(last: $n) { nodes { name } } }", { n: 3 })).toBe(4);
    expect(costOf("query ($n: Int) { rows(first: $n) { nodes { name } } }", { n: null })).toBe(101);
    expect(costOf("{ rowSums { count } }")).toBe(2_501);
    expect(costOf('{ rows(first: 10) { nodes { unit { rowSums(groupBy: ["a"]) { count } } } } }')).toBe(1 + 10 * 22 + 2_500);
  });

  test("leaves out what @skip and @include leave out", () => {
    const text = "query ($whole: Boolean!) { row { name rows @include(if: $whole) { nodes { name } } tags @skip(if: $whole) { name } } }";
    expect([costOf(text, { whole: true }), costOf(text, { whole: false })]).toEqual([22, 21]);
  });

  test("is never that of another request: what is kept is kept by every variable that the cost hangs on", () => {
    const text = `query ($n: Int, $whole: Boolean!, $groups: [String!]) {
      rows(first: $n) @include(if: $whole) { nodes { name } } rowSums(groupBy: $groups) @skip(if: $whole) { count }
    }`;
    const document = parse(text);
    const costs = costsOf(schema, document);
    const [operation] = document.definitions;
    const given = fc.record({
      n: fc.constantFrom(undefined, null, 0, 7, 30),
      whole: fc.boolean(),
      groups: fc.constantFrom(undefined, null, [], ["a"], ["a", "b"], "a"),
    });
    fc.assert(
      fc.property(given, (variables) => {
        expect(costs.of(operation as OperationDefinitionNode, variables)).toBe(costOf(text, variables));
      }),
    );
  });

  test("lets through a thousand rows with two references and twelve children each", () => {
    expect(
      refusalOf("{ rows(first: 1000) { nodes { unit { name parent { name } } rows(last: 12) { nodes { name } } } } }"),
    ).toBeUndefined();
  });
});

describe("before a document is parsed", () => {
  const check = createLexicalCheck({ tokens: 100, depth: 20 });

  test("its tokens are counted, not its characters", () => {
    expect(check.refusal(`{ row { name } } # ${"long ".repeat(400)}`, "en")).toBeUndefined();
    expect(check.refusal(`{ ${"name ".repeat(120)} }`, "en")?.extensions).toEqual({
      code: "QUERY_TOO_MANY_TOKENS",
      limit: 100,
      found: 122,
    });
  });

  test("one so deep that the parser would run out of stack is refused as too deep", () => {
    const deep = createLexicalCheck({ tokens: 20_000, depth: 20 });
    expect(deep.refusal("{ a ".repeat(4_000), "en")?.extensions["code"]).toBe("QUERY_TOO_DEEP");
    expect(deep.refusal(`{ row(name: "${"{".repeat(2_000)}") { name } }`, "en")).toBeUndefined();
  });
});

test("every count is that of the operation with its fragments written out", () => {
  fc.assert(
    fc.property(documents(), fc.record({ n: fc.integer({ min: 0, max: 30 }) }), (text, variables) => {
      const document = parse(text);
      const [operation] = document.definitions;
      if (operation?.kind !== "OperationDefinition") throw new Error(text);
      const { cost, ...shape } = expandedCounts(schema, document, variables);
      expect(shapesOf(document).of(operation)).toEqual(shape);
      expect(costsOf(schema, document).of(operation, variables)).toBe(cost);
      const figures = { ...shape, cost } as OperationLimits;
      for (const figure of ["depth", "aliases", "directives", "cost"] as const) {
        const found = figures[figure];
        const limits = { ...DEFAULT_LIMITS, aliases: 1e9, directives: 1e9, cost: 1e15, depth: 1e9 };
        const refused = (limit: number) =>
          createLimitCheck(schema, { ...limits, [figure]: limit }).refusal({ document, operationName: undefined, variables }, "en");
        expect(refused(found)).toBeUndefined();
        const { extensions, nodes } = refused(found - 1) ?? {};
        expect({ ...extensions, places: nodes?.length }).toMatchObject({ limit: found - 1, found, places: 1 });
      }
    }),
    { numRuns: 400 },
  );
});

/** Operations over the schema above, with fragments that spread those after them. */
function documents(): fc.Arbitrary<string> {
  const size = fc.constantFrom("", "(first: 3)", "(last: 4)", "(first: $n)");
  const mark = fc.constantFrom("", "", " @mark", " @mark @mark");
  const label = fc.constantFrom("", "", "x: ");
  const groups = fc.constantFrom("", '(groupBy: ["a"])', "(groupBy: [])");
  const types = ["Row", "Unit", "RowConnection"];
  const set = (type: string, level: number, from: number): fc.Arbitrary<string> => {
    const leaf = fc.tuple(label, mark).map(([alias, marks]) => `${alias}${type === "RowConnection" ? "totalCount" : "name"}${marks}`);
    const field = (name: string, args: fc.Arbitrary<string>, inner: string): fc.Arbitrary<string> =>
      fc
        .tuple(label, args, mark, set(inner, level - 1, from))
        .map(([alias, given, marks, body]) => `${alias}${name}${given}${marks} ${body}`);
    const none = fc.constant("");
    const choices: fc.Arbitrary<string>[] = [leaf];
    if (level > 0) {
      if (type === "Row") choices.push(field("unit", none, "Unit"), field("rows", size, "RowConnection"), field("tags", none, "Unit"));
      if (type === "Unit")
        choices.push(field("parent", none, "Unit"), field("rows", size, "RowConnection"), field("rowSums", groups, "Sum"));
      if (type === "RowConnection") choices.push(field("nodes", none, "Row"));
      if (type === "Sum") choices.push(field("unit", none, "Unit"));
      choices.push(fc.tuple(mark, set(type, level - 1, from)).map(([marks, body]) => `...${marks} ${body}`));
    }
    const spreads = types.flatMap((one, at) => (one === type ? [at, at + 3] : [])).filter((at) => at >= from);
    if (spreads.length > 0) choices.push(fc.tuple(fc.constantFrom(...spreads), mark).map(([at, marks]) => `...F${at}${marks}`));
    const one = type === "Sum" && level === 0 ? fc.constant("count") : fc.oneof(...choices);
    return fc
      .array(type === "Sum" ? fc.oneof(fc.constant("count"), one) : one, { minLength: 1, maxLength: 3 })
      .map((all) => `{ ${all.join(" ")} }`);
  };
  const fragments = [0, 1, 2, 3, 4, 5].map((at) =>
    set(types[at % 3]!, 2, at + 1).map((body) => `fragment F${at} on ${types[at % 3]!} ${body}`),
  );
  const roots = fc.array(
    fc.oneof(
      fc.tuple(label, size, mark, set("RowConnection", 3, 0)).map(([alias, given, marks, body]) => `${alias}rows${given}${marks} ${body}`),
      fc.tuple(label, mark, set("Row", 3, 0)).map(([alias, marks, body]) => `${alias}row${marks} ${body}`),
      fc.tuple(label, groups, set("Sum", 2, 0)).map(([alias, given, body]) => `${alias}rowSums${given} ${body}`),
    ),
    { minLength: 1, maxLength: 3 },
  );
  return fc.tuple(roots, ...fragments).map(([root, ...rest]) => `query ($n: Int) { ${root.join(" ")} }\n${rest.join("\n")}`);
}
