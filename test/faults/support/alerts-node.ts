// A server in a process of its own, over the organization and errands; its clock is a file that whoever started it turns.
import { readFileSync } from "node:fs";
import process from "node:process";

import { clockOf } from "@xianmai/plugin-api";
import { organization } from "@xianmai/plugin-organization";
import { startTestServer, type TestServerOptions } from "@xianmai/testing";

import { errands } from "./errands.ts";

const [, , app = "{}", time = ""] = process.argv;
const server = await startTestServer({
  plugins: [organization, errands],
  app: JSON.parse(app) as TestServerOptions["app"],
  clock: clockOf(() => Date.parse(readFileSync(time, "utf8")), "Asia/Shanghai"),
});
process.on("message", (message) => {
  void server.settled().then(() => process.send?.(message));
});
process.send?.("ready");
// whoever started it is gone
process.on("disconnect", () => process.exit());
