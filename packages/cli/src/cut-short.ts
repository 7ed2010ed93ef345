import { Interrupted, listenForSignals } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs work that Ctrl-C or SIGTERM cuts short, and waits until it has tidied up behind itself.
 *
 * @throws Interrupted
 */
export async function cutShort<Result>(terminal: Terminal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const cutter = new AbortController();
  const signals = listenForSignals((signal) => {
    terminal.note("\n  正在中断，不留下不完整的内容。 Stopping; nothing half made is left.\n");
    cutter.abort(new Interrupted(signal));
  });
  try {
    return await work(cutter.signal);
  } finally {
    signals.stop();
  }
}
