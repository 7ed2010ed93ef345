import type { Plugin } from "@xianmai/plugin-api";
import { z } from "zod";

import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "../requests/limits/server-limits.ts";

/** What `xianmai.config.ts` says. Whatever is left out has the default named beside it. */
export interface XianmaiConfig {
  /** The plugins that run, in any order. */
  readonly plugins: readonly Plugin[];
  /** IANA name of the county's time zone: `Asia/Shanghai`. */
  readonly timeZone?: string;
  /** The port of the server: 4000. `XIANMAI_PORT` and `--port` go before it. */
  readonly port?: number;
  /** The data folder, from the folder of the configuration: `./data`. `XIANMAI_DATA` and `--data` go before it. */
  readonly data?: string;
  /** Days for which the change feed is kept at least, for clients that resume: for ever unless given. History is always kept. */
  readonly keepFeedDays?: number;
  /** Days for which runs of jobs that ended are kept, to be looked at: 30 unless given. */
  readonly keepJobDays?: number;
  /** On which channels messages leave, and what each needs: `{ webhook: { url, secret } }`. None unless given. */
  readonly channels?: Readonly<Record<string, unknown>>;
  /** The most that one operation may ask for, and all together may take of the database; see docs/operations.md. */
  readonly limits?: Partial<ServerLimits>;
  /** Documents that clients may ask for by id. */
  readonly documents?: DocumentSettings;
}

/** Which documents are registered, and whether others are answered. */
export interface DocumentSettings {
  /** Manifests as codegen, Relay's compiler or Apollo's generator writes them, from the folder of the configuration. */
  readonly files?: readonly string[];
  /** Whether only registered documents are answered, and others to those alone who hold the permission `graphql.adhoc`: no unless given. */
  readonly only?: boolean;
}

/** Marks an object as the configuration, for its type. It is checked when it is loaded. */
export function defineConfig(config: XianmaiConfig): XianmaiConfig {
  return Object.freeze(config);
}

/** A name that the runtime knows, so that a slip shows at the start and not in the first date. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const plugin = z.custom<Plugin>(
  (value) => typeof value === "object" && value !== null && "name" in value && "version" in value && "entities" in value,
  { error: "definePlugin(…)" },
);

/** The port of a server; 0 takes any that is free. */
export const portSchema = z.coerce.number().int().min(0).max(65_535);

const count = (least: number, most: number): z.ZodNumber => z.number().int().min(least).max(most);

const limitsSchema = z.strictObject({
  depth: count(1, 100).default(DEFAULT_SERVER_LIMITS.depth),
  aliases: count(0, 100_000).default(DEFAULT_SERVER_LIMITS.aliases),
  directives: count(0, 100_000).default(DEFAULT_SERVER_LIMITS.directives),
  // every token may be a step deeper for those who walk a document
  tokens: count(100, 20_000).default(DEFAULT_SERVER_LIMITS.tokens),
  cost: count(1, 1_000_000_000).default(DEFAULT_SERVER_LIMITS.cost),
  statementSeconds: z.number().min(0.001).max(86_400).default(DEFAULT_SERVER_LIMITS.statementSeconds),
  waiting: count(0, 100_000).default(DEFAULT_SERVER_LIMITS.waiting),
  waitSeconds: z.number().min(0.001).max(3_600).default(DEFAULT_SERVER_LIMITS.waitSeconds),
});

const documentsSchema = z.strictObject({ files: z.array(z.string().min(1)).readonly().default([]), only: z.boolean().default(false) });

/** What a configuration must look like. */
export const configSchema = z.strictObject({
  plugins: z.array(plugin).min(1).readonly(),
  timeZone: z.string().refine(isTimeZone, { error: "IANA: Asia/Shanghai" }).default("Asia/Shanghai"),
  port: portSchema.default(4000),
  data: z.string().min(1).default("./data"),
  keepFeedDays: z.number().min(1).optional(),
  keepJobDays: z.number().min(1).optional(),
  channels: z.record(z.string(), z.unknown()).default({}),
  limits: limitsSchema.prefault({}),
  documents: documentsSchema.prefault({}),
});
