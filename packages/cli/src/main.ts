import process from "node:process";

import { handOver, neededNode } from "./older-node.ts";

// a reader that has had enough (head), a terminal that was closed: no reason for a fault in the middle of the work
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const [, script = "", ...args] = process.argv;
if (Number.parseInt(process.versions.node, 10) < neededNode) {
  process.exitCode = await handOver(script, args);
} else {
  // only now: what it needs does not load on an older Node
  const { runCli } = await import("./run.ts");
  process.exitCode = await runCli(args);
  // work that a signal cut short may hold a connection for as long as PostgreSQL keeps it waiting
  if (process.exitCode > 128) process.exit();
}
