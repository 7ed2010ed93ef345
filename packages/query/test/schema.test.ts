import { column, definePlugin, dictionaries, entity, type Column, type Refusal } from "@xianmai/plugin-api";
import { buildModel } from "@xianmai/plugin-api/model";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";
import { describe, expect, test } from "vitest";

import { createEntityTypes, globalId, parseGlobalId, pluginOf } from "@xianmai/query";

import { createSchema } from "./county/platform.ts";
import { county } from "./county/plugin.ts";

const types = createEntityTypes(county);
const schema = createSchema(types);

interface Explained {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly args?: readonly Explained[];
}

type Explanation = readonly [string, string | null | undefined];

/** Everything in a schema that a person may want to have explained. */
function described(of: GraphQLSchema): readonly Explanation[] {
  return Object.values(of.getTypeMap())
    .filter(({ name }) => !name.startsWith("__") && !["Query", "Mutation", "String", "Int", "Float", "Boolean", "ID"].includes(name))
    .flatMap((type) => explanations("", { name: type.name, description: type.description, args: partsOf(type) }));
}

function partsOf(type: GraphQLNamedType): readonly Explained[] {
  if (isEnumType(type)) return type.getValues();
  const fields: Readonly<Record<string, Explained>> =
    isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? type.getFields() : {};
  return Object.values(fields);
}

function explanations(of: string, { name, description, args = [] }: Explained): readonly Explanation[] {
  return [[`${of}${name}`, description], ...args.flatMap((part) => explanations(`${of}${name}.`, part))];
}

describe("the schema of declared entities", () => {
  test("is valid, and stays the same through its own text", () => {
    expect(validateSchema(schema)).toEqual([]);
    const text = printSchema(lexicographicSortSchema(schema));
    expect(printSchema(lexicographicSortSchema(buildSchema(text)))).toBe(text);
  });

  test("explains every type, field, argument and value in Chinese and in English", () => {
    const silent = described(schema).filter(([, text]) => !/[\u4e00-\u9fff]/.test(text ?? "") || !/[a-z]/.test(text ?? ""));
    expect(silent).toEqual([]);
  });

  test("names each entity's fields by the conventions", () => {
    const names = Object.keys(schema.getQueryType()!.getFields());
    expect(names).toEqual(
      expect.arrayContaining([
        "node",
        "nodes",
        "dictionaryEntry",
        "dictionaryEntries",
        "dictionaryEntryAggregates",
        "dictionaries",
        "report",
        "reports",
        "reportAggregates",
      ]),
    );
    expect(Object.keys(schema.getMutationType()!.getFields())).toEqual([
      "createProject",
      "updateProject",
      "deleteProject",
      "createRemark",
      "updateRemark",
    ]);
  });

  test("says null where a row may be out of the viewer's scope, and is sure where everyone may read or the parent lends its scope", () => {
    const fieldType = (type: string, field: string): string => {
      const object = schema.getType(type);
      if (!isObjectType(object)) throw new Error(type);
      return String(object.getFields()[field]!.type);
    };
    expect(fieldType("Project", "responsibleUnit")).toBe("Unit!");
    expect(fieldType("Project", "township")).toBe("Unit");
    expect(fieldType("Report", "project")).toBe("Project!");
    expect(fieldType("Blocker", "project")).toBe("Project");
    expect(fieldType("Blocker", "owner")).toBe("Unit!");
    expect(fieldType("Project", "totalInvestment")).toBe("Decimal");
    expect(fieldType("Project", "tags")).toBe("[String!]!");
    expect(fieldType("Unit", "sitedProjects")).toBe("ProjectConnection!");
  });

  test("tells whose each type is", () => {
    expect([types.of("Project").filter, types.enums.get("ProjectStage")!, types.scalars.Decimal].map(pluginOf)).toEqual([
      "county",
      "county",
      undefined,
    ]);
  });

  test("has no trace of a plugin that is not enabled", () => {
    class Unit extends entity(
      "Unit",
      { zh: "单位", en: "Unit", title: "name", key: "name", scope: "everyone" },
      { name: column.text({ zh: "名称", en: "Name" }) },
    ) {}
    const alone = createSchema(
      createEntityTypes(
        buildModel([
          definePlugin({ name: "units", version: "1.0.0", label: { zh: "单位", en: "Units" }, url: import.meta.url, entities: [Unit] }),
        ]),
      ),
    );
    expect(printSchema(alone)).not.toMatch(/Project|Dictionary/);
  });

  test("names sums and groups inside a row after one row of the list, and refuses two lists that would share them", () => {
    const words = { zh: "某", en: "Some" };
    const modelOf = (name: string, plural: string | undefined, inverses: readonly string[]): ReturnType<typeof buildModel> => {
      class Target extends entity("Target", { ...words, title: "name", scope: "everyone" }, { name: column.text(words) }) {}
      const make = entity as unknown as (name: string, head: object, columns: object) => typeof Target;
      const pointers = inverses.map((inverse, at): [string, Column] => [`to${at}`, column.reference(() => Target, { ...words, inverse })]);
      const Row = class extends make(
        name,
        { ...words, title: "name", scope: "everyone", ...(plural === undefined ? {} : { plural }) },
        { name: column.text(words), ...Object.fromEntries(pointers) },
      ) {};
      return buildModel([definePlugin({ name: "p", version: "1.0.0", label: words, url: import.meta.url, entities: [Target, Row] })]);
    };
    const cases: readonly (readonly [string, string | undefined, string, string])[] = [
      ["Project", undefined, "projects", "projectAggregates"],
      ["Project", undefined, "responsibleProjects", "responsibleProjectAggregates"],
      ["Company", undefined, "companies", "companyAggregates"],
      ["Company", undefined, "ownCompanies", "ownCompanyAggregates"],
      ["Box", undefined, "boxes", "boxAggregates"],
      ["Branch", undefined, "branches", "branchAggregates"],
      ["Unit", undefined, "children", "childrenAggregates"],
      ["Staff", "people", "people", "staffAggregates"],
      ["Staff", "people", "formerPeople", "formerStaffAggregates"],
      ["Address", undefined, "addresses", "addressAggregates"],
      ["Day", undefined, "workingDays", "workingDayAggregates"],
    ];
    for (const [name, plural, inverse, wanted] of cases) {
      const [target] = modelOf(name, plural, [inverse]).entities;
      expect([inverse, target?.inverses[0]?.aggregates]).toEqual([inverse, wanted]);
    }
    expect(() => modelOf("Project", undefined, ["projects", "project"])).toThrow(/Project\.to0.*Project\.to1.*projectAggregates/s);
  });

  test("refuses a column whose name it needs itself, naming both", () => {
    class Thing extends entity(
      "Thing",
      { zh: "物", en: "Thing", title: "name", scope: "everyone" },
      { name: column.text({ zh: "名", en: "Name" }), count: column.integer({ zh: "数", en: "Count" }) },
    ) {}
    const model = buildModel([
      definePlugin({ name: "things", version: "1.0.0", label: { zh: "物", en: "Things" }, url: import.meta.url, entities: [Thing] }),
    ]);
    expect(() => createEntityTypes(model)).toThrow(
      expect.objectContaining({
        code: "COLUMN_NAME_RESERVED",
        message: expect.stringMatching(/Thing\.count of plugin things/) as string,
      }) as Refusal,
    );
  });
});

test("a dictionary has no column that is called as what tells its revisions", () => {
  const labels = {
    code: column.text({ zh: "代码", en: "Code" }),
    zh: column.text({ zh: "中文", en: "Chinese" }),
    en: column.text({ zh: "英文", en: "English" }),
  };
  class List extends entity(
    "List",
    { zh: "表", en: "List", title: "zh", key: "code", scope: "everyone" },
    { ...labels, revision: column.integer({ zh: "版本", en: "Revision" }) },
  ) {}
  class Item extends entity(
    "Item",
    { zh: "项", en: "Item", title: "zh", key: ["dictionary", "code"], scope: "everyone" },
    {
      ...labels,
      dictionary: column.reference(() => List, { zh: "表", en: "List" }),
      position: column.integer({ zh: "排序", en: "Position" }),
    },
  ) {}
  const lists = definePlugin({
    name: "lists",
    version: "1.0.0",
    label: { zh: "表", en: "Lists" },
    url: import.meta.url,
    entities: [List, Item],
    provides: { dictionaries: dictionaries(List, Item) },
  });
  expect(() => createEntityTypes(buildModel([lists]))).toThrow(
    expect.objectContaining({ code: "COLUMN_NAME_RESERVED", message: expect.stringMatching(/List\.revision/) as string }) as Refusal,
  );
});

describe("scalars", () => {
  const { Decimal, Date: Day, DateTime, YearMonth } = types.scalars;

  test("Decimal is exact text: digits as given, no trailing zeros, no numbers that may have lost some", () => {
    expect(["12.50", "-0.000", "+7", "100000000000000000000.01"].map((text) => Decimal.parseValue(text))).toEqual([
      "12.5",
      "0",
      "7",
      "100000000000000000000.01",
    ]);
    expect(Decimal.parseValue(50_000)).toBe("50000");
    for (const wrong of ["", "1e3", "abc", 0.1, true, null, "1".repeat(101)]) expect(() => Decimal.parseValue(wrong)).toThrow(/Decimal/);
  });

  test("Date, YearMonth and DateTime take what exists in the calendar", () => {
    expect(Day.parseValue("2024-02-29")).toBe("2024-02-29");
    expect(YearMonth.parseValue("2023-12")).toBe("2023-12");
    expect(DateTime.parseValue("2023-11-20T09:00:00+08:00")).toBe("2023-11-20T01:00:00.000Z");
    expect(() => Day.parseValue("2023-02-29")).toThrow(/2023-02-29/);
    expect(() => YearMonth.parseValue("2023-13")).toThrow(/2023-13/);
    expect(() => DateTime.parseValue("2023-11-20T09:00:00")).toThrow(/no DateTime/);
  });

  test("DateTime is shown with three decimals and the county's offset, whichever zone that is", () => {
    const shown = (timeZone: string, moment: string): string => createEntityTypes(county, { timeZone }).scalars.DateTime.serialize(moment);
    expect(shown("Asia/Shanghai", "2023-11-20T01:00:00.000Z")).toBe("2023-11-20T09:00:00.000+08:00");
    expect(shown("Asia/Shanghai", "2023-11-20T09:00:00.000+08:00")).toBe("2023-11-20T09:00:00.000+08:00");
    expect(shown("UTC", "2023-11-20T01:00:00.000Z")).toBe("2023-11-20T01:00:00.000+00:00");
    expect(shown("America/St_Johns", "2023-07-01T00:00:00.000Z")).toBe("2023-06-30T21:30:00.000-02:30");
  });
});

test("a global id is the type and the key, and nothing else is one", () => {
  const uuid = "00000000-0000-4000-8000-000000000000";
  expect(parseGlobalId(globalId("Project", uuid))).toEqual({ entity: "Project", uuid });
  for (const text of ["", ":", `:${uuid}`, uuid, `Project:${uuid} `, "Project:1", `Project:${"A".repeat(36)}`])
    expect(parseGlobalId(text)).toBeUndefined();
});
