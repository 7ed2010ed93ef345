import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A process that answers each message with one. */
export interface Worker {
  readonly pid: number;
  ask<Answer>(message: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** The processors: what is measured has one for itself, PostgreSQL and the load share the other. */
export const CORES = { node: 0, rest: 1 } as const;

/** Starts a script beside this one, as in production. @param core on which it runs, where the system can say so */
export function startWorker(file: string, core: number): Worker {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { ...process.env, NODE_ENV: "production", GRAPHILE_ENV: "production" },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} cannot be started.`);
  pin(pid, core);
  return {
    pid,
    ask: async <Answer>(message: unknown) => {
      const answered = Promise.withResolvers<Answer>();
      const hear = (answer: Answer): void => answered.resolve(answer);
      const fail = (): void => answered.reject(new Error(`${file} ended.`));
      child.once("message", hear).once("exit", fail);
      child.send(message as object);
      try {
        return await answered.promise;
      } finally {
        child.off("message", hear).off("exit", fail);
      }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}

/** Whether processes can be given a processor here. */
export const canPin: boolean = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).status === 0;

/** Gives a process a processor; what it starts from now on stays there too. */
export function pin(pid: number, core: number): void {
  if (canPin) spawnSync("taskset", ["-acp", String(core), String(pid)]);
}

/** The process that starts PostgreSQL's others. @param cluster the folder of its files */
export function postmasterOf(cluster: string): number {
  return Number(readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n")[0]);
}
