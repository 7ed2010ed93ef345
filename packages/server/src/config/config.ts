import type { Plugin } from "@xianmai/plugin-api";
import { z } from "zod";

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

/** What a configuration must look like. */
export const configSchema = z.strictObject({
  plugins: z.array(plugin).min(1).readonly(),
  timeZone: z.string().refine(isTimeZone, { error: "IANA: Asia/Shanghai" }).default("Asia/Shanghai"),
  port: portSchema.default(4000),
  data: z.string().min(1).default("./data"),
  keepFeedDays: z.number().min(1).optional(),
});
