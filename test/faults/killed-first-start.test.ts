import { expect, test } from "vitest";

import { longest } from "./support/command.ts";
import { openHouse } from "./support/house.ts";

test.each(["Making the database", "Migrating projects", "rows of List of units"])(
  "kill -9 of the very first start, at “%s”, leaves a data folder that the second one completes, demo and all",
  { timeout: longest },
  async (line) => {
    const house = openHouse();
    try {
      const first = house.start("serve", "--port", "0");
      await expect.poll(() => first.said(), { timeout: 20_000, interval: 5 }).toContain(line);
      await first.kill("SIGKILL");

      const server = await house.serve();
      const [, imported] = /Imported (\d+) rows of Task breakdown table/.exec(server.said()) ?? [];
      expect(await server.ask("{ projects { totalCount } platform { demo { label } } }")).toEqual({
        data: { projects: { totalCount: Number(imported) }, platform: { demo: { label: expect.any(String) as string } } },
      });
    } finally {
      await house.close();
    }
  },
);
