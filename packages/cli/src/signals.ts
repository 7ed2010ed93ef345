import process from "node:process";

import { exitCodeOfSignal } from "./exit-code.ts";

/** A command that was told to end before it was done. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Ended by ${signal}`);
    this.signal = signal;
  }
}

/** Listens for Ctrl-C, SIGTERM and the end of the terminal, so that a command can leave things tidy. */
export interface Signals {
  /** Fulfilled by the first signal; never rejected. */
  readonly first: Promise<NodeJS.Signals>;
  /** @throws Interrupted when a signal came already: between two steps that must each be whole */
  check(): void;
  /** The result of the work, unless a signal comes first. @throws Interrupted */
  orInterrupted<Result>(work: Promise<Result>): Promise<Result>;
  /** Gives the signals back to their default. */
  stop(): void;
}

/** npm passes on a Ctrl-C that the terminal has sent to the command already: within this many milliseconds it is the same one. */
const sameKeystroke = 500;

/**
 * Begins to listen. A second signal ends the process at once; PostgreSQL may then go on running, and the next command finds it.
 *
 * @param onFirst hears of the first signal, to say that things are being ended
 */
export function listenForSignals(onFirst: (signal: NodeJS.Signals) => void): Signals {
  const { promise: first, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let heard: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const hear = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    if (heard === undefined) {
      heard = { signal, at };
      onFirst(signal);
      resolve(signal);
    } else if (at - heard.at > sameKeystroke) {
      process.exit(exitCodeOfSignal(signal));
    }
  };
  process.on("SIGINT", hear).on("SIGTERM", hear).on("SIGHUP", hear);
  return {
    first,
    check: () => {
      if (heard !== undefined) throw new Interrupted(heard.signal);
    },
    orInterrupted: (work) =>
      Promise.race([
        work,
        first.then((signal) => {
          throw new Interrupted(signal);
        }),
      ]),
    stop: () => {
      process.off("SIGINT", hear).off("SIGTERM", hear).off("SIGHUP", hear);
    },
  };
}
