import { countyFigures } from "@xianmai/plugin-county-figures";
import { organization } from "@xianmai/plugin-organization";
import { projects } from "@xianmai/plugin-projects";
import { defineConfig } from "@xianmai/server";

/** Which plugins run, and where. Every setting is described where `XianmaiConfig` is declared. */
export const config = defineConfig({ plugins: [organization, projects, countyFigures] });
