import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { start, type Call, type Result, type Running } from "./command.ts";

/** An answer of the API, without the moment that it is of. */
export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** `xianmai serve` as a process of its own. */
export interface Server {
  readonly url: string;
  /** Posts an operation. @throws Error when no whole answer comes, as when the server is killed meanwhile */
  ask<Data>(query: string, variables?: object): Promise<Answer<Data>>;
  /** The status of a path. */
  status(path: string): Promise<number>;
  /** What it has written so far. */
  said(): string;
  kill(signal: "SIGTERM" | "SIGKILL"): Promise<Result>;
}

const patience = 40_000;

/** Starts a server, and waits until it is ready. @throws Error with everything that it said, when it ends or takes too long */
export async function serve(args: readonly string[], call?: Call): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = start(["serve", "--port", String(port), ...args], call);
  await ready(running, url);
  return {
    url,
    ask: async <Data>(query: string, variables: object = {}) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await response.json()) as Answer<Data>;
      return { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
    },
    status: async (path) => {
      const response = await fetch(`${url}${path}`, { redirect: "manual" });
      await response.arrayBuffer();
      return response.status;
    },
    said: () => running.said(),
    kill: async (signal) => running.kill(signal),
  };
}

async function ready(running: Running, url: string): Promise<void> {
  for (const until = performance.now() + patience; running.alive && performance.now() < until; await wait(20)) {
    if (await isReady(url)) return;
  }
  await running.kill("SIGTERM");
  throw new Error(`The server did not become ready:\n${running.said()}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
