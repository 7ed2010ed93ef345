export { countyFigures } from "./plugin.ts";
