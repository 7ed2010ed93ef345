import type { Alert } from "./alert.ts";
import type { Channel } from "./channel.ts";
import type { DictionaryDeclaration } from "./choices.ts";
import type { Entity } from "./entity.ts";
import type { Field } from "./field.ts";
import type { Job } from "./job.ts";
import type { Described, Label } from "./label.ts";
import type { Metric } from "./metric.ts";
import type { Migration } from "./migration.ts";
import type { Provides } from "./provides.ts";
import type { Rules } from "./rules.ts";
import type { Sheet } from "./sheet.ts";
import type { Instant } from "./values.ts";
import type { Role } from "./viewer.ts";

/** A permission and the roles that hold it unless the county decides otherwise. The role `county` holds every one, `guest` none. */
export interface Permission extends Label {
  readonly roles: readonly Role[];
}

/** A file that belongs to a plugin's invented data, read by the importer like any other. */
export interface DemoSheet {
  readonly sheet: string;
  readonly file: URL;
}

/** Invented data: where the clock stands in it, and its files in order. */
export interface Demo {
  readonly label: Label;
  readonly clock: Instant;
  readonly sheets: readonly DemoSheet[];
}

/** A large screen that a plugin brings: its route is `/screens/<name>`. */
export interface Screen extends Described {
  readonly name: string;
}

/** What a plugin is: inert data. Importing it touches no registry and opens nothing. */
export interface Plugin {
  /** lower-kebab, unique among the enabled plugins. */
  readonly name: string;
  /** Semantic version of the contract. */
  readonly version: string;
  readonly label: Described;
  /** `import.meta.url` of the file that declares it: where its package lies. */
  readonly url: string;
  /** Plugins that must be there, with the range of versions that fits. */
  readonly dependsOn: Readonly<Record<string, string>>;
  readonly permissions: Readonly<Record<string, Permission>>;
  readonly entities: readonly Entity[];
  readonly dictionaries: readonly DictionaryDeclaration[];
  readonly rules: readonly Rules[];
  readonly fields: readonly Field[];
  readonly metrics: readonly Metric[];
  readonly alerts: readonly Alert[];
  readonly jobs: readonly Job[];
  readonly channels: readonly Channel[];
  readonly sheets: readonly Sheet[];
  readonly screens: readonly Screen[];
  readonly problems: Readonly<Record<string, Label>>;
  readonly migrations: readonly Migration[];
  readonly provides: Provides;
  /** type-graphql resolver classes, loaded when the plugin is enabled: every exported class with decorators is taken. */
  readonly resolvers?: () => Promise<Readonly<Record<string, unknown>>>;
  readonly demo?: Demo;
}

type Optional =
  | "dependsOn"
  | "permissions"
  | "entities"
  | "dictionaries"
  | "rules"
  | "fields"
  | "metrics"
  | "alerts"
  | "jobs"
  | "channels"
  | "sheets"
  | "screens"
  | "problems"
  | "migrations"
  | "provides";

/** A plugin as its author writes it: what it has none of is left out. */
export type PluginDeclaration = Omit<Plugin, Optional> & Partial<Pick<Plugin, Optional>>;

/** Declares a plugin. Nothing is checked here: composition checks it beside the others, and names both culprits. */
export function definePlugin(declared: PluginDeclaration): Plugin {
  return Object.freeze({
    dependsOn: {},
    permissions: {},
    entities: [],
    dictionaries: [],
    rules: [],
    fields: [],
    metrics: [],
    alerts: [],
    jobs: [],
    channels: [],
    sheets: [],
    screens: [],
    problems: {},
    migrations: [],
    provides: {},
    ...declared,
  });
}
