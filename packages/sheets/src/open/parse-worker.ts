import { parentPort, workerData } from "node:worker_threads";

import { parseWorkbook } from "./parse.ts";

/** What the worker is given. */
export interface ParseOrder {
  readonly bytes: Uint8Array;
  readonly formats: boolean;
  readonly macros: boolean;
}

const order = workerData as ParseOrder;
parentPort?.postMessage(await parseWorkbook(order.bytes, order));
