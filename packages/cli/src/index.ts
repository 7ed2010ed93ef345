export { exitCode } from "./exit-code.ts";
export { runCli } from "./run.ts";
