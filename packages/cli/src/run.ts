import { Refusal } from "@xianmai/plugin-api";
import { CommanderError } from "commander";

import { exitCode, exitCodeOfSignal } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { Interrupted } from "./signals.ts";
import { processTerminal, refusalText, type Terminal } from "./terminal.ts";

/**
 * Runs one command line. This is the one place where what went wrong becomes a message and an exit code.
 *
 * @param args without node and the script
 * @returns the exit code, see `exit-code.ts`
 */
export async function runCli(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  let code: number = exitCode.done;
  const program = createProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (error instanceof Interrupted) return exitCodeOfSignal(error.signal);
    if (error instanceof Refusal) {
      terminal.note(refusalText(error));
      return exitCode.refused;
    }
    terminal.note(`\n✗ 程序出错。请把下面的内容报告给开发者。\n  This is a fault of the program. Please report what follows.\n`);
    terminal.note(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCode.fault;
  }
}
