import { tmpdir } from "node:os";
import { delimiter } from "node:path";
import process from "node:process";

import { describe, expect, test } from "vitest";

import { xianmai } from "./harness.ts";

describe("the command line", () => {
  test("explains itself in both languages, exit codes too", async () => {
    const { code, out } = await xianmai(["--help"]);
    expect(code).toBe(0);
    for (const part of [
      "用法 Usage:",
      "命令 Commands:",
      "serve",
      "database",
      "migrate",
      "import",
      "启动服务器 Start the server",
      "退出码 Exit codes:",
    ]) {
      expect(out).toContain(part);
    }
  });

  test.each(["serve", "database url", "migrate", "migrate new", "import"])("explains %s", async (command) => {
    const { code, out } = await xianmai([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^用法 Usage: xianmai .*\n\n.*\p{Script=Han}/u);
  });

  test("says its version", async () => {
    expect(await xianmai(["--version"])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });

  test("runs with whichever Node the machine has, since it knows where the right one lies", async () => {
    const machines = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
    const { code, out } = await xianmai(["--version"], { node: "node", env: { PATH: machines.join(delimiter) } });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });

  test.each([
    [["sreve"], "unknown command"],
    [["serve", "--prot", "1"], "--port"],
    [["import", "projects"], "file"],
    [["migrate", "new", "projects", "--name", "Not Kebab"], "小写字母"],
  ])("ends %j with code 2 and a hint", async (args, hint) => {
    const { code, out, err } = await xianmai(args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("命令有误");
    expect(err).toContain(hint);
  });

  test("names in both languages what it refuses, with a code to look up, and ends with code 1", async () => {
    const { code, err } = await xianmai(["migrate"], { cwd: tmpdir() });
    expect(code).toBe(1);
    expect(err).toMatch(/✗ .*xianmai\.config\.ts.*\n.*\n.*There is no xianmai\.config\.ts.*\n.*\n {2}\[CONFIG_MISSING\]/);
    expect(err).not.toContain("    at ");
  });
});
