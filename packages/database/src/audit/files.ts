import { join } from "node:path";

/** What the audit keeps outside the database. */
export interface AuditFiles {
  /** The keys that seals are made with: a file that its owner alone may read. */
  readonly key: string;
  /** Where each new head of the chain is noted: a file that only grows. A copy on another machine is worth more than the file. */
  readonly anchor: string;
}

/** The files of the audit in a data folder. */
export function auditFilesIn(dataFolder: string): AuditFiles {
  return { key: join(dataFolder, "audit.key"), anchor: join(dataFolder, "audit.anchor") };
}
