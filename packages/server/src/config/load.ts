import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Refusal, type Plugin } from "@xianmai/plugin-api";
import { z } from "zod";

import type { ServerLimits } from "../requests/limits/server-limits.ts";
import { configSchema, portSchema, type DocumentSettings } from "./config.ts";

/** The configuration as it holds: checked, completed, with whatever goes before it. */
export interface Settings {
  readonly plugins: readonly Plugin[];
  readonly timeZone: string;
  readonly port: number;
  /** Absolute. */
  readonly dataFolder: string;
  /** The owner's login on a server of yours; without it the private one is used. */
  readonly databaseUrl: string | undefined;
  /** The application's login there. */
  readonly databaseAppUrl: string | undefined;
  /** Days for which the change feed is kept at least; `undefined` for ever. */
  readonly keepFeedDays: number | undefined;
  /** Days for which runs of jobs that ended are kept; `undefined` for as long as is usual. */
  readonly keepJobDays: number | undefined;
  /** By the names of channels what each needs. */
  readonly channels: Readonly<Record<string, unknown>>;
  readonly limits: ServerLimits;
  /** Its files absolute. */
  readonly documents: Required<DocumentSettings>;
}

/** What goes before the file. */
export interface Overrides {
  /** `XIANMAI_PORT`, `XIANMAI_DATA`, `DATABASE_URL`, `DATABASE_APP_URL` are looked up in it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What was given on the command line; it goes before the environment, and its folder is taken from where the command was called. */
  readonly flags?: { readonly port?: string | undefined; readonly data?: string | undefined };
}

/** The files that are looked for, in this order. */
const FILES = ["xianmai.config.ts", "xianmai.config.js", "xianmai.config.mjs"] as const;

/**
 * Loads the configuration of a folder: the exported `config` of `xianmai.config.ts`.
 *
 * @throws Refusal CONFIG_MISSING, CONFIG_UNREADABLE, CONFIG_INVALID
 */
export async function loadConfig(folder: string, { environment = {}, flags = {} }: Overrides = {}): Promise<Settings> {
  const file = FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw missing(folder);
  const config = check(configSchema, await exported(file), file);
  const given = (value: string | undefined): string | undefined => (value === "" ? undefined : value);
  const data = flags.data ?? given(environment["XIANMAI_DATA"]);
  return {
    plugins: config.plugins,
    timeZone: config.timeZone,
    port: portFrom(flags.port, "--port") ?? portFrom(given(environment["XIANMAI_PORT"]), "XIANMAI_PORT") ?? config.port,
    dataFolder: data === undefined ? resolve(folder, config.data) : resolve(data),
    databaseUrl: given(environment["DATABASE_URL"]),
    databaseAppUrl: given(environment["DATABASE_APP_URL"]),
    keepFeedDays: config.keepFeedDays,
    keepJobDays: config.keepJobDays,
    channels: config.channels,
    limits: config.limits,
    documents: { ...config.documents, files: config.documents.files.map((path) => resolve(folder, path)) },
  };
}

async function exported(file: string): Promise<unknown> {
  let module: { readonly config?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error), error);
  }
  if (module.config === undefined) throw unreadable(file, "no export named config");
  return module.config;
}

function portFrom(text: string | undefined, source: string): number | undefined {
  return text === undefined ? undefined : check(portSchema, text, source);
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, source: string): z.output<Schema> {
  const zh = schema.safeParse(value, { error: z.locales.zhCN().localeError });
  if (zh.success) return zh.data;
  const en = schema.safeParse(value);
  throw new Refusal(
    "CONFIG_INVALID",
    {
      zh: `${source} 不符合要求：\n${z.prettifyError(zh.error)}\n`,
      en: `${source} is not as it should be:\n${en.success ? "" : z.prettifyError(en.error)}\n`,
    },
    { zh: "请改正所列各项。", en: "Correct what is listed." },
  );
}

function missing(folder: string): Refusal {
  return new Refusal(
    "CONFIG_MISSING",
    { zh: `${folder} 中没有 ${FILES[0]}。`, en: `There is no ${FILES[0]} in ${folder}.` },
    {
      zh: "请在项目的根目录运行，或新建它：export const config = defineConfig({ plugins: […] })。",
      en: "Run this in the root of the project, or write one: export const config = defineConfig({ plugins: […] }).",
    },
  );
}

function unreadable(file: string, reason: string, cause?: unknown): Refusal {
  return new Refusal(
    "CONFIG_UNREADABLE",
    { zh: `无法读取 ${file}：${reason}。`, en: `${file} cannot be read: ${reason}.` },
    {
      zh: "请改正该文件，并以 config 为名导出 defineConfig(…)。",
      en: "Correct it, and export defineConfig(…) from it under the name config.",
    },
    { cause },
  );
}
