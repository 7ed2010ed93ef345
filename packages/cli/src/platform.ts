import process from "node:process";

import { isDatabaseAway } from "@xianmai/database";
import { openPostgres, type Postgres, type PostgresOptions } from "@xianmai/database/postgres";
import { Refusal, type Label } from "@xianmai/plugin-api";
import { compose, loadConfig, type Composition, type Settings } from "@xianmai/server";

import { listenForSignals } from "./signals.ts";
import { progressLine, type Terminal } from "./terminal.ts";

/** What the flags of a command say. */
export interface Flags {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
}

/** The configuration of the folder in which the command was called; flags go before the environment, and that before the file. */
export function readSettings(flags: Flags): Promise<Settings> {
  return loadConfig(process.cwd(), { environment: process.env, flags });
}

/** The plugins of the configuration, put together. */
export function composeFrom({ plugins, timeZone }: Settings): Promise<Composition> {
  return compose(plugins, { timeZone });
}

/** The PostgreSQL that the configuration names. */
export function openFrom(settings: Settings, log: (line: Label) => void): Promise<Postgres> {
  return openPostgres(postgresOf(settings, log));
}

/** Which PostgreSQL the configuration names. */
export function postgresOf({ dataFolder, databaseUrl, databaseAppUrl }: Settings, log: (line: Label) => void): PostgresOptions {
  return { dataFolder, databaseUrl, databaseAppUrl, log };
}

/** What a command works with, beside its own arguments. */
export interface Work {
  readonly postgres: Postgres;
  readonly log: (line: Label) => void;
}

/**
 * Runs a command on the database, joining a running PostgreSQL or starting it for as long as the command runs. Ctrl-C and SIGTERM cut the work
 * short, and PostgreSQL undoes what was not committed.
 *
 * @throws Interrupted
 */
export async function withDatabase<Result>(
  terminal: Terminal,
  settings: Settings,
  work: (given: Work) => Promise<Result>,
): Promise<Result> {
  const log = (line: Label): void => terminal.note(progressLine(line));
  const signals = listenForSignals(() =>
    terminal.note("\n  正在中断，未提交的内容不会保留。 Stopping; what was not committed is undone.\n"),
  );
  try {
    const postgres = await openFrom(settings, log);
    try {
      signals.check();
      return await signals.orInterrupted(work({ postgres, log }));
    } catch (error) {
      throw isDatabaseAway(error) ? connectionLost(error) : error;
    } finally {
      await postgres.release();
    }
  } finally {
    signals.stop();
  }
}

function connectionLost(error: unknown): Refusal {
  return new Refusal(
    "CONNECTION_LOST",
    {
      zh: "与 PostgreSQL 的连接中断，命令没有完成。已提交的内容完整保留，未提交的一行也没有写入。",
      en: "The connection to PostgreSQL was lost before the command was done. What was committed is there whole, of anything else not a row.",
    },
    { zh: "请确认 PostgreSQL 正在运行，然后重新运行该命令。", en: "See to it that PostgreSQL runs, then run the command again." },
    { cause: error },
  );
}
