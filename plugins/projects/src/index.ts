export { projects } from "./plugin.ts";
