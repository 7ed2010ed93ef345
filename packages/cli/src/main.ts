import process from "node:process";

import { handOver, neededNode } from "./older-node.ts";

const [, script = "", ...args] = process.argv;
if (Number.parseInt(process.versions.node, 10) < neededNode) {
  process.exitCode = await handOver(script, args);
} else {
  // only now: what it needs does not load on an older Node
  const { runCli } = await import("./run.ts");
  process.exitCode = await runCli(args);
}
