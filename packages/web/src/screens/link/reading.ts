import { waitAfter } from "./backoff.ts";
import { createPause } from "./pause.ts";
import { AnswerFailed, ask } from "./request.ts";

const interval = 10_000;
// a hundred events in a second are few readings
const rest = 250;

/** How one document is read again and again. */
export interface ReadingOptions {
  readonly endpoint: string;
  readonly document: string;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onAnswer: (data: unknown) => void;
  readonly onFailure: (failure: AnswerFailed) => void;
}

/**
 * Reads a document now, every 10 s, and whenever it is asked to, one request at a time; what is asked for while a request is under way is read
 * after it, so that no change is missed. A failed read is tried again after a wait that grows, for ever.
 *
 * @returns the function that asks for a reading now
 */
export function keepReading({ endpoint, document, random, signal, onAnswer, onFailure }: ReadingOptions): () => void {
  const pause = createPause();
  const breath = createPause();
  let asked = false;
  let failures = 0;

  const read = async (): Promise<void> => {
    asked = false;
    try {
      const data = await ask(endpoint, document, signal);
      if (signal.aborted) return;
      failures = 0;
      onAnswer(data);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onFailure(error instanceof AnswerFailed ? error : new AnswerFailed("refused", String(error)));
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await read();
      if (failures > 0) {
        await pause.wait(waitAfter(failures, random));
        continue;
      }
      await breath.wait(rest);
      if (!asked) await pause.wait(interval);
    }
  };

  signal.addEventListener("abort", () => {
    pause.skip();
    breath.skip();
  });
  void loop();
  return () => {
    asked = true;
    pause.skip();
  };
}
