import type { TableShapes } from "@xianmai/plugin-api";

const LINE = 140;

/** What a committed migration holds. */
export interface MigrationText {
  /** `<date>-<what>`, also the file's name. */
  readonly id: string;
  readonly sql: readonly string[];
  readonly tables: TableShapes;
}

/** The file `src/migrations/<id>.ts`, as the formatter would leave it. */
export function migrationSource({ id, sql, tables }: MigrationText): string {
  const body = object(
    [
      ["id", JSON.stringify(id)],
      ["sql", list(sql.map(template), 1, "sql: ,".length)],
      ["tables", value(tables, 1, "tables: ,".length)],
    ],
    0,
  );
  return `import { migration } from "@xianmai/plugin-api";\n\nexport const ${constantName(id)} = migration(${body});\n`;
}

/** The file `src/migrations/index.ts`: all migrations of a plugin, in the order in which they run. */
export function migrationIndexSource(ids: readonly string[]): string {
  const sorted = ids.toSorted();
  const imports = sorted.map((id) => `import { ${constantName(id)} } from "./${id}.ts";`);
  const names = list(sorted.map(constantName), 0, "export const migrations: readonly Migration[] = ;".length);
  return [
    `import type { Migration } from "@xianmai/plugin-api";`,
    "",
    ...imports,
    "",
    "/** In the order in which they run. */",
    `export const migrations: readonly Migration[] = ${names};`,
    "",
  ].join("\n");
}

/** `2026-11-24-first-tables` → `migration20261124FirstTables`. */
function constantName(id: string): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return `migration${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("")}`;
}

function template(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

function value(given: unknown, depth: number, taken: number): string {
  if (Array.isArray(given)) {
    const items = given.map((item) => value(item, depth + 1, 0));
    return list(items, depth, taken);
  }
  if (typeof given !== "object" || given === null) return text(given);
  const entries = Object.entries(given);
  const inline = `{ ${entries.map(([name, inner]) => `${name}: ${value(inner, 0, LINE)}`).join(", ")} }`;
  if (depth > 3 && !inline.includes("\n") && inline.length + taken + depth * 2 <= LINE) return inline;
  if (entries.length === 0) return "{}";
  return object(
    entries.map(([name, inner]) => [name, value(inner, depth + 1, name.length + 3)]),
    depth,
  );
}

/** A text in double quotes, unless it holds more of them than of the single ones: the formatter's own rule. */
function text(given: unknown): string {
  if (typeof given !== "string") return JSON.stringify(given);
  const doubles = given.split('"').length;
  const singles = given.split("'").length;
  if (doubles <= singles) return JSON.stringify(given);
  return `'${given.replace(/['\\]/g, "\\$&")}'`;
}

function object(entries: readonly (readonly [string, string])[], depth: number): string {
  const indent = "  ".repeat(depth + 1);
  return `{\n${entries.map(([name, inner]) => `${indent}${property(name, inner, indent)},\n`).join("")}${"  ".repeat(depth)}}`;
}

/** A text that does not fit beside its name stands under it. */
function property(name: string, inner: string, indent: string): string {
  const line = `${name}: ${inner}`;
  return /^["']/.test(inner) && indent.length + line.length + 1 > LINE ? `${name}:\n${indent}  ${inner}` : line;
}

/** On one line where it fits, else one item a line. `taken` is what else stands on the line, without the indent. */
function list(items: readonly string[], depth: number, taken: number): string {
  const inline = `[${items.join(", ")}]`;
  if (!inline.includes("\n") && inline.length + taken + depth * 2 <= LINE) return inline;
  const indent = "  ".repeat(depth + 1);
  return `[\n${items.map((item) => `${indent}${item},\n`).join("")}${"  ".repeat(depth)}]`;
}
