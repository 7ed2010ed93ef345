import { createServer } from "node:net";

import { Refusal } from "@xianmai/plugin-api";

import { codeOf } from "./system-error.ts";

/**
 * Sees whether a port of the loopback interface can be had, before anything is started for it.
 *
 * @throws Refusal PORT_TAKEN, PORT_DENIED
 */
export async function assertPortFree(port: number): Promise<void> {
  if (port === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const probe = createServer();
  probe.once("error", reject).listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  try {
    await promise;
  } catch (error) {
    if (codeOf(error) === "EADDRINUSE") throw portTaken(port, error);
    if (codeOf(error) === "EACCES") throw portDenied(port, error);
    throw error;
  }
}

function portTaken(port: number, cause: unknown): Refusal {
  return new Refusal(
    "PORT_TAKEN",
    { zh: `端口 ${port} 已被另一个程序占用。`, en: `Port ${port} is taken by another program.` },
    {
      zh: "请停止那个程序，或用 --port（或 XIANMAI_PORT）另选一个端口。",
      en: "Stop that program, or choose another port with --port (or XIANMAI_PORT).",
    },
    { cause },
  );
}

function portDenied(port: number, cause: unknown): Refusal {
  return new Refusal(
    "PORT_DENIED",
    { zh: `当前用户不能使用端口 ${port}。`, en: `The current user may not listen on port ${port}.` },
    { zh: "请用 --port 选择 1024 以上的端口。", en: "Choose a port of 1024 or above with --port." },
    { cause },
  );
}
