import { createReadPool, migrate, redact, type RedactionOutcome } from "@xianmai/database";

import { auditFilesOf } from "../audit/files.ts";
import { columnsNamed, entityNamed, rowsNamed } from "../audit/find.ts";
import { exitCode } from "../exit-code.ts";
import { composeFrom, readSettings, withDatabase, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

/** What is redacted, and why. */
export interface RedactChoices extends Flags {
  readonly reason: string;
  readonly actor?: string;
  /** `column=value`, each for what a required column says from now on. */
  readonly instead?: readonly string[];
}

/**
 * `xianmai audit redact <entity> <key> <columns...>`: takes values out of a row and of all its past, for good; the audit verifies as before.
 *
 * @throws Refusal ENTITY_UNKNOWN, COLUMN_UNKNOWN, ROW_UNKNOWN, and those of `redact`
 */
export async function redactRow(
  terminal: Terminal,
  name: string,
  word: string,
  columnNames: readonly string[],
  choices: RedactChoices,
): Promise<number> {
  const settings = await readSettings(choices);
  const { model } = await composeFrom(settings);
  const entity = entityNamed(model, name);
  const columns = columnsNamed(entity, columnNames);
  const instead = Object.fromEntries((choices.instead ?? []).map(pairOf));
  columnsNamed(entity, Object.keys(instead));
  const outcomes = await withDatabase(terminal, settings, async ({ postgres, log }) => {
    await migrate({ owner: postgres.owner, model, log });
    const pool = createReadPool(postgres.app, { size: 1 });
    try {
      const done: RedactionOutcome[] = [];
      for (const id of await rowsNamed(pool, entity, word)) {
        const request = { entity, id, columns, instead, actor: choices.actor, reason: choices.reason };
        done.push(await redact({ owner: postgres.owner, files: auditFilesOf(settings) }, request));
      }
      return done;
    } finally {
      await pool.close();
    }
  });
  for (const { versions, head } of outcomes) {
    terminal.out(
      `✓ 已遮盖 ${versions} 个历史版本，记入封存 #${head.number}。 Redacted in ${versions} past versions, on record in seal #${head.number}.\n`,
    );
  }
  terminal.out("  此前的备份中仍有原值，请一并处理。 Backups from before still hold the values: see to them too.\n");
  return exitCode.done;
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
