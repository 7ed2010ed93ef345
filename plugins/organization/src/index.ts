export { organization } from "./plugin.ts";
