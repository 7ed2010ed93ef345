import { databaseSql } from "@xianmai/database";
import type { Plugin } from "@xianmai/plugin-api";
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from "graphql";

import { compose, type CompositionOptions } from "../composition/compose.ts";
import { closureOf } from "../composition/order.ts";
import { additionsTo } from "./additions.ts";

const HEADER = "由 npm run schema 按插件的声明生成，请勿手改。 Generated from the plugins' declarations by `npm run schema`; do not edit.";

/**
 * The files that show a reviewer what a change does to the API and to the tables: `schema.graphql`, one `<plugin>.graphql` with what each plugin
 * adds to those that it builds on, what the platform brings for it included, and `database.sql`. The same declarations always give the same text.
 *
 * @returns the texts by file name
 * @throws Refusal when the plugins do not fit together
 */
export async function schemaFiles(listed: readonly Plugin[], options: CompositionOptions = {}): Promise<ReadonlyMap<string, string>> {
  const { plugins: all, model, schema } = await compose(listed, options);
  // what the platform brings for all plugins comes with each
  const plugins = all.filter(({ name }) => listed.some((plugin) => plugin.name === name));
  const files = new Map([["schema.graphql", graphql(printSchema(lexicographicSortSchema(schema)))]]);
  for (const plugin of plugins) {
    const below = closureOf(plugin, plugins);
    const base = await sorted(below, options);
    const whole = await sorted([...below, plugin], options);
    files.set(`${plugin.name}.graphql`, graphql(additionsTo(base, whole)));
  }
  files.set("database.sql", `-- ${HEADER}\n\n${databaseSql(model).trimEnd()}\n`);
  return files;
}

async function sorted(plugins: readonly Plugin[], options: CompositionOptions): Promise<GraphQLSchema> {
  return lexicographicSortSchema((await compose(plugins, options)).schema);
}

function graphql(sdl: string): string {
  return `# ${HEADER}\n\n${sdl}\n`;
}
