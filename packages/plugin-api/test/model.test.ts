import { describe, expect, test } from "vitest";

import { column, definePlugin, entity, type Refusal, type Entity, type EntityReference, type Plugin } from "@xianmai/plugin-api";
import { buildModel, columnOf, entityOf, pluralOf, snakeCase, stepEvent, stepMutation } from "@xianmai/plugin-api/model";

class Unit extends entity(
  "Unit",
  { zh: "单位", en: "Unit", title: "name", key: "code", order: "name", scope: "everyone" },
  {
    code: column.text({ zh: "代码", en: "Code" }),
    name: column.text({ zh: "名称", en: "Name" }),
    parent: column.self({ zh: "上级", en: "Parent", inverse: "children" }),
  },
) {}

const reportOn = (target: () => EntityReference, inverse: string) =>
  class ProgressReport extends entity(
    "ProgressReport",
    { zh: "月报", en: "Progress report", title: "summary", scope: "everyone" },
    {
      summary: column.text({ zh: "情况", en: "Summary" }),
      ownerUnit: column.reference(target, { zh: "单位", en: "Owner unit", inverse }),
    },
  ) {};

const plugin = (name: string, ...entities: Entity[]): Plugin =>
  definePlugin({ name, version: "1.0.0", label: { zh: name, en: name }, url: import.meta.url, entities });

describe("the model of several plugins", () => {
  test("a reference is named for GraphQL, for a row and for PostgreSQL, and its inverse stands on the target", () => {
    const model = buildModel([
      plugin("units", Unit),
      plugin(
        "reports",
        reportOn(() => Unit, "reports"),
      ),
    ]);
    const owner = columnOf(entityOf(model, "ProgressReport"), "ownerUnit");
    expect([owner.name, owner.rowKey, owner.column]).toEqual(["ownerUnit", "ownerUnitId", "owner_unit_id"]);
    expect(owner.target?.name).toBe("Unit");
    expect(entityOf(model, "Unit").inverses.map((inverse) => [inverse.name, inverse.entity.name])).toEqual([
      ["children", "Unit"],
      ["reports", "ProgressReport"],
    ]);
    expect(entityOf(model, "ProgressReport").table).toBe("progress_report");
    expect(entityOf(model, "Unit").order.map((column) => column.name)).toEqual(["name", "code"]);
  });

  test("building a model leaves no trace in the declarations: a second one without a plugin lacks its inverses", () => {
    buildModel([
      plugin("units", Unit),
      plugin(
        "reports",
        reportOn(() => Unit, "reports"),
      ),
    ]);
    const alone = buildModel([plugin("units", Unit)]);
    expect(entityOf(alone, "Unit").inverses.map((inverse) => inverse.name)).toEqual(["children"]);
  });

  test("a reference to an entity that no enabled plugin declares is refused, naming both", () => {
    expect(() =>
      buildModel([
        plugin(
          "reports",
          reportOn(() => Unit, "reports"),
        ),
      ]),
    ).toThrow(
      expect.objectContaining({
        code: "REFERENCE_TARGET_MISSING",
        message: expect.stringMatching(/ProgressReport\.ownerUnit of plugin reports.*Unit/) as string,
      }) as Refusal,
    );
  });

  test("an inverse that takes the name of a column is refused, naming both", () => {
    expect(() =>
      buildModel([
        plugin("units", Unit),
        plugin(
          "reports",
          reportOn(() => Unit, "name"),
        ),
      ]),
    ).toThrow(
      expect.objectContaining({
        code: "FIELD_TAKEN",
        message: expect.stringMatching(/units \(Unit\.name\).*reports \(ProgressReport\.ownerUnit, inverse\)/) as string,
      }) as Refusal,
    );
  });
});

test("names follow the conventions of the API and of PostgreSQL", () => {
  expect(["category", "day", "class", "box", "branch", "wish", "project"].map(pluralOf)).toEqual([
    "categories",
    "days",
    "classes",
    "boxes",
    "branches",
    "wishes",
    "projects",
  ]);
  expect(["ProgressReport", "responsibleUnit", "id"].map(snakeCase)).toEqual(["progress_report", "responsible_unit", "id"]);
});

test("a step names its mutation and its event, unless it says another", () => {
  expect(stepMutation("Project", "start")).toBe("startProject");
  expect(stepEvent("Project", { to: "UNDER_CONSTRUCTION" })).toBe("projectUnderConstruction");
  expect(stepEvent("Project", { to: "UNDER_CONSTRUCTION", event: "projectResumed" })).toBe("projectResumed");
});
