import type { JobLog } from "@xianmai/plugin-api";
import type { LogFunctionFactory } from "graphile-worker";

/** Where a server notes what happens: a logger as pino makes them. */
export interface ServerLog {
  debug(details: object, event: string): void;
  info(details: object, event: string): void;
  warn(details: object, event: string): void;
  error(details: object, event: string): void;
}

/** What a job's own code notes things in: each line says of which job and run it is. */
export function logOf(log: ServerLog, about: { readonly job: string; readonly run: string }): JobLog {
  return {
    info: (event, details) => log.info({ ...about, ...details }, event),
    warn: (event, details) => log.warn({ ...about, ...details }, event),
    error: (event, details) => log.error({ ...about, ...details }, event),
  };
}

/** Takes graphile-worker's own notes. What it takes for an error, a job that failed, is tried again and shown among its runs. */
export function queueLog(log: ServerLog): LogFunctionFactory {
  return () => (level, message, meta) => {
    if (meta?.["failure"] === true) return;
    if (String(level) === "error" || String(level) === "warning") log.warn({ queue: message }, "the queue of jobs says");
    else log.debug({ queue: message }, "the queue of jobs says");
  };
}
