import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const checkout = join(import.meta.dirname, "..", "..");

/** `name version` of every library that a manifest of this repository pins. */
function pinned(): readonly string[] {
  const manifests = globSync(["package.json", "{packages,plugins}/*/package.json", "scripts/bench/package.json"], { cwd: checkout });
  const pins = manifests.flatMap((file) => {
    const manifest = JSON.parse(readFileSync(join(checkout, file), "utf8")) as Readonly<
      Record<string, Readonly<Record<string, string>> | undefined>
    >;
    return Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"], ...manifest["optionalDependencies"] });
  });
  return [...new Set(pins.filter(([, version]) => !version.startsWith("workspace:")).map((pin) => pin.join(" ")))].sort();
}

test("docs/dependencies.md gives the reason for every dependency, at the version that is pinned, and for nothing else", () => {
  const page = readFileSync(join(checkout, "docs", "dependencies.md"), "utf8");
  const rows = [...page.matchAll(/^\| (\S+) +\| (\d\S*) +\|/gm)].map(([, name, version]) => `${name!} ${version!}`);
  expect(rows.sort()).toEqual(pinned());
});

test("every dependency is pinned exactly", () => {
  expect(pinned().filter((pin) => !/ \d+\.\d+\.\d+(-[\w.]+)?$/.test(pin))).toEqual([]);
});

test("the lock file names no registry, so that it installs from any mirror", () => {
  const lock = join(checkout, "pnpm-lock.yaml");
  expect(existsSync(lock)).toBe(true);
  expect(readFileSync(lock, "utf8")).not.toMatch(/https?:\/\//);
});
