export { migrate, type MigrateOptions, type MigrationReport } from "./migrations/migrate.ts";
export { differenceOf, type Difference } from "./migrations/difference.ts";
export { migrationIndexSource, migrationSource, type MigrationText } from "./migrations/source.ts";
export { settingsOf, type Settings } from "./session/settings.ts";
export { sqlState, StatementError, type Statement, type StatementResult } from "./session/statement.ts";
export { createReadPool, type ReadPool, type ReadSession } from "./session/read-pool.ts";
export { createWritePool, type WriteConnection, type WritePool } from "./session/write-pool.ts";
