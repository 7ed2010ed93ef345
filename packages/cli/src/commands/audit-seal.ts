import { sealNow } from "@xianmai/database";

import { auditFilesOf } from "../audit/files.ts";
import { exitCode } from "../exit-code.ts";
import { readSettings, withDatabase, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

/** `xianmai audit seal`: seals what was committed until now and prints the head of the chain, to be kept somewhere else. */
export async function sealUntilNow(terminal: Terminal, flags: Flags): Promise<number> {
  const settings = await readSettings(flags);
  const head = await withDatabase(terminal, settings, ({ postgres }) => sealNow({ owner: postgres.owner, files: auditFilesOf(settings) }));
  terminal.out(head === undefined ? "没有可封存的内容。 There is nothing to seal.\n" : `#${head.number} ${head.at} ${head.root}\n`);
  return exitCode.done;
}
