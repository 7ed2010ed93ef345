export { addAuditKey } from "./audit/keys.ts";
export { auditFilesIn, type AuditFiles } from "./audit/files.ts";
export { checkCapture, type CaptureCheck } from "./capture/fingerprint.ts";
export { isLost, openFeed, type Change, type Feed, type FeedBatch, type FeedPosition, type FeedReset } from "./feed/feed.ts";
export { readAudit, type AuditRequest, type AuditRow, type AuditTransaction, type AuditVersion } from "./audit/read.ts";
export { redact, type RedactionOutcome, type RedactionRequest } from "./audit/redact.ts";
export { sealNow, startSealer, type Sealer, type SealerOptions, type SealHead } from "./audit/sealer.ts";
export { type Finding, type FindingCode } from "./audit/verify/finding.ts";
export { type Notice } from "./audit/verify/chain-check.ts";
export { verifyAudit, type AuditReport } from "./audit/verify/verify.ts";
export { parseSnapshot, sees, type Snapshot } from "./feed/snapshot.ts";
export { announceReader, forgetChanges, startRetention, type RetentionOptions } from "./feed/retention.ts";
export { versionsOf, type RowVersions, type VersionCells, type VersionsRequest } from "./feed/versions.ts";
export { asOf, readAsOf } from "./history/as-of.ts";
export { CURRENT_MOMENT, currentMoment, momentAt, momentOf } from "./history/find.ts";
export { decodeMoment, encodeMoment, type Moment, type RecordedMoment } from "./history/moment.ts";
export { recordMoment, recordMoments, type MomentRecorder, type MomentRecorderOptions, type MomentRequest } from "./history/record.ts";
export { databaseSql } from "./migrations/database-sql.ts";
export { migrate, type MigrateOptions, type MigrationReport } from "./migrations/migrate.ts";
export { differenceOf, type Difference } from "./migrations/difference.ts";
export { migrationIndexSource, migrationSource, type MigrationText } from "./migrations/source.ts";
export { checkRowSecurity } from "./scope/check.ts";
export {
  scopesOf,
  type GuardedReference,
  type KeptColumn,
  type LentUnit,
  type Right,
  type TableScope,
  type UnitColumns,
} from "./scope/scopes.ts";
export { settingsOf, type Settings } from "./session/settings.ts";
export { sqlState, StatementError, type Statement, type StatementResult } from "./session/statement.ts";
export { createReadPool, type ReadPool, type ReadSession } from "./session/read-pool.ts";
export { createWritePool, type WriteConnection, type WritePool } from "./session/write-pool.ts";
