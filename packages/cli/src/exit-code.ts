import { constants } from "node:os";

/** How a command ends, for scripts that call it. Printed by `xianmai --help`. */
export const exitCode = {
  /** It did what it was asked. */
  done: 0,
  /** It refused, or the file has problems: the message says what to do. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A fault of the program: the message is for its developers. */
  fault: 70,
} as const;

/** What a shell would report of a program that a signal ended: 130 for Ctrl-C, 143 for SIGTERM. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
