export { openPostgres, type Postgres, type PostgresOptions } from "./open.ts";
export { keepRunning, type Keeper } from "./keep-running.ts";
export { openDataFolder, type DataFolder } from "./data-folder.ts";
export { holdDataFolder, type DataFolderHolder, type DataFolderLock } from "./hold.ts";
export { type ConnectionSettings } from "./settings.ts";
