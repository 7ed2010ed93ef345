import { arrows, arrowsOfPlugins, arrowsOfTests, pure } from "./matrix.ts";
import { type House, houseName } from "./packages.ts";

/** Whether the matrix says anything about this package; plugins and the checkout itself need no row of their own. */
export function hasRow(house: House): boolean {
  return house.kind !== "package" || arrows[house.name] !== undefined;
}

/** The rooms that a package or plugin may know. */
export function rowOf(house: House): readonly string[] {
  return house.kind === "plugin" ? arrowsOfPlugins : (arrows[house.name] ?? []);
}

/** Whether what `house` ships may know `module`; every library from outside may be known. */
export function mayKnow(house: House, module: string): boolean {
  const name = houseName(module);
  return name === undefined || house.kind === "root" || rowOf(house).includes(name) || meetsPlugin(house, module);
}

/** Whether the tests of `house` may know `module`. */
export function testsMayKnow(house: House, module: string): boolean {
  return mayKnow(house, module) || arrowsOfTests.includes(houseName(module) ?? "");
}

/** Whether a plugin looks at another plugin; a package never may. */
export function meetsPlugin(house: House, module: string): boolean {
  const name = houseName(module);
  return house.kind === "plugin" && name !== undefined && name.startsWith("plugin-") && arrows[name] === undefined;
}

/** Whether what `house` ships does no input or output. */
export function isPure(house: House): boolean {
  return house.kind === "plugin" || pure.includes(house.name);
}
