export { findViewer, type ViewerSource } from "./access/viewers.ts";
export { defineConfig, type XianmaiConfig } from "./config/config.ts";
export { loadConfig, type Overrides, type Settings } from "./config/load.ts";
export { compose, type Composition, type CompositionOptions } from "./composition/compose.ts";
export { loadDemo, type DemoOptions, type DemoOutcome } from "./demo/load-demo.ts";
export { startServer, type RunningServer, type ServerOptions } from "./server.ts";
export { schemaFiles } from "./schema/files.ts";
export { version } from "./version.ts";
