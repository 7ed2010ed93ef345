/**
 * Who may know whom. A row is a package of packages/, what follows are the packages of this house that it may declare and import. Arrows go one
 * way; a new one is a decision about the architecture (docs/architecture.md), not a repair.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  "plugin-api": [],
  database: ["plugin-api"],
  query: ["database", "plugin-api"],
  workflow: ["query", "database", "plugin-api"],
  metrics: ["query", "plugin-api"],
  live: ["query", "database", "plugin-api"],
  sheets: ["database", "plugin-api"],
  web: [],
  server: ["live", "metrics", "sheets", "workflow", "query", "database", "plugin-api", "web"],
  testing: ["server", "database", "sheets", "plugin-api"],
  cli: ["server", "sheets", "database", "plugin-api"],
};

/** What a plugin may import beside its peer libraries and the "./contract" of plugins that it declares. */
export const arrowsOfPlugins: readonly string[] = ["plugin-api"];

/** What every test may import beside what its package may. */
export const arrowsOfTests: readonly string[] = ["testing"];

/** Packages that do no input or output: no node: module, nothing imported by a computed name. Plugins are held to the same. */
export const pure: readonly string[] = ["plugin-api"];

/** Packages whose dependencies are bundled into what they ship, so that devDependencies are enough. */
export const bundled: readonly string[] = ["web"];
