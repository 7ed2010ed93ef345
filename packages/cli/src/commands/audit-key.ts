import { addAuditKey } from "@xianmai/database";

import { auditFilesOf } from "../audit/files.ts";
import { exitCode } from "../exit-code.ts";
import { readSettings, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

/** `xianmai audit key`: adds a key, with which seals are made from now on: in place of one that leaked, or after one that was lost. */
export async function addKey(terminal: Terminal, flags: Flags): Promise<number> {
  const { key } = auditFilesOf(await readSettings(flags));
  const id = addAuditKey(key);
  terminal.out(`✓ 已加入密钥 ${id}：${key}\n  请另存一份。 Key added; keep a copy of the file.\n`);
  return exitCode.done;
}
