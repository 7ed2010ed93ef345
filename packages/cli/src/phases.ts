import type { Label } from "@xianmai/plugin-api";
import { bilingual } from "@xianmai/plugin-api";

import { progressLine, type Terminal } from "./terminal.ts";

/** Says what a command is doing, one line for each phase, and how long it took. */
export interface Phases {
  /** Runs one phase. What it returns may add a few words to its line. */
  run<Result>(label: Label, work: () => Promise<Result>, told?: (result: Result) => string): Promise<Result>;
  /** A line within the phase that is running. */
  log(line: Label): void;
}

/** Phases that are written to a terminal: `  数据库 Database … 0.3 s · PostgreSQL 18.4`. */
export function phasesOn({ note }: Terminal): Phases {
  let open = false;
  return {
    run: async (label, work, told = () => "") => {
      const began = performance.now();
      const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
      const head = `  ${bilingual(label)} … `;
      note(head);
      open = true;
      try {
        const result = await work();
        const words = told(result);
        note(`${open ? "" : head}${seconds()}${words === "" ? "" : ` · ${words}`}\n`);
        return result;
      } catch (error) {
        note(`${open ? "" : head}✗\n`);
        throw error;
      } finally {
        open = false;
      }
    },
    log: (line) => {
      note(`${open ? "\n" : ""}${progressLine(line)}`);
      open = false;
    },
  };
}
