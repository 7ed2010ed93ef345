import process from "node:process";

import { auditFilesIn, type AuditFiles } from "@xianmai/database";
import type { Settings } from "@xianmai/server";

/** Where key and anchor of the audit lie: in the data folder, unless the environment says otherwise. */
export function auditFilesOf({ dataFolder }: Settings): AuditFiles {
  const { XIANMAI_AUDIT_KEY: key, XIANMAI_AUDIT_ANCHOR: anchor } = process.env;
  const usual = auditFilesIn(dataFolder);
  return { key: given(key) ?? usual.key, anchor: given(anchor) ?? usual.anchor };
}

function given(path: string | undefined): string | undefined {
  return path === "" ? undefined : path;
}
