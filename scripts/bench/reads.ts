/**
 * `npm run bench:reads` measures reads over HTTP, through Apollo and under row-level security, beside PostGraphile 5 and beside one statement written
 * by hand, both without: in turns within one run, on a private PostgreSQL.
 *
 * `--rounds 7`, in each `--seconds 1` of everybody, in short turns; `--projects 146,146000` how many there are, each with twelve reports.
 */
import { parseArgs } from "node:util";

import { DOCUMENTS } from "./reads/documents.ts";
import { onField } from "./reads/field.ts";
import { measure, type Round } from "./reads/measure.ts";
import { canPin } from "./reads/processes.ts";
import { readsTable, sizesTable, viewersTable, type Measured } from "./reads/table.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
    projects: { type: "string", default: "146,146000" },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const sizes = values.projects.split(",").map(Number);
if (![rounds, seconds, ...sizes].every((value) => value > 0)) {
  throw new Error(
    "--rounds、--seconds、--projects 须为正数。 --rounds, --seconds and --projects are numbers above zero: --projects 146,146000.",
  );
}

console.log(`每项 ${rounds} 轮，每轮 ${seconds} 秒，各方轮流。${canPin ? "Node 占一个处理器，PostgreSQL 与负载占另一个。" : ""}`);
console.log(
  `${rounds} × ${seconds} s of each, in turns.${canPin ? " Node on one processor, PostgreSQL and the load on the other." : ""} Node ${process.version}`,
);
// stopped by hand it still takes its database away
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stop.abort(new Error(`${signal}: nothing is measured any more.`)));
const found: Measured[] = [];
for (const projects of sizes) {
  const measured = await onField(projects, async (field, serverVersion) => {
    console.log(`\n## ${projects} projects, PostgreSQL ${serverVersion}\n`);
    const all: [string, readonly Round[]][] = [];
    for (const document of DOCUMENTS) all.push([document, await measure(field, document, { rounds, seconds, stop: stop.signal })]);
    return Object.fromEntries(all) as unknown as Measured;
  });
  console.log(`${readsTable(measured)}\n\n${viewersTable(measured)}`);
  found.push(measured);
}
const [small, large] = [found[0], found.at(-1)];
if (small !== undefined && large !== undefined && small !== large) console.log(`\n${sizesTable(small, large)}`);
