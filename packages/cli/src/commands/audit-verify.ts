import { createReadPool, verifyAudit, type AuditReport } from "@xianmai/database";
import type { Postgres } from "@xianmai/database/postgres";
import type { Model } from "@xianmai/plugin-api/model";

import { auditFilesOf } from "../audit/files.ts";
import { namesOf, readRowNames, withPeople, type Names } from "../audit/names.ts";
import { reportText } from "../audit/report-text.ts";
import { localTime } from "../audit/time.ts";
import { exitCode } from "../exit-code.ts";
import { composeFrom, readSettings, withDatabase, type Flags } from "../platform.ts";
import type { Terminal } from "../terminal.ts";

/** How the audit is verified. */
export interface VerifyChoices extends Flags {
  readonly json?: true;
}

/** `xianmai audit verify`: holds what is stored against what was sealed. Ends with 1 when something is not as it was. */
export async function verifyNow(terminal: Terminal, choices: VerifyChoices): Promise<number> {
  const settings = await readSettings(choices);
  const { model } = await composeFrom(settings);
  const { report, names } = await withDatabase(terminal, settings, async ({ postgres }) => {
    const found = await verifyAudit({ owner: postgres.owner, files: auditFilesOf(settings) });
    return { report: found, names: await namesIn(postgres, model, found) };
  });
  terminal.out(choices.json === true ? `${jsonOf(report)}\n` : reportText(report, names, localTime(settings.timeZone)));
  return report.findingCount === 0 ? exitCode.done : exitCode.refused;
}

async function namesIn({ app }: Postgres, model: Model, { findings, notices }: AuditReport): Promise<Names> {
  const redacted = notices.flatMap(({ happened }) => ("reason" in happened ? [happened] : []));
  const rows = [
    ...findings.flatMap(({ table, id }) => (table === undefined || id === undefined ? [] : [{ table, id }])),
    ...redacted.map(({ name: table, id }) => ({ table, id })),
  ];
  const wanted = new Map([...Map.groupBy(rows, ({ table }) => table)].map(([table, own]) => [table, own.map(({ id }) => id)]));
  const actors = [...findings, ...redacted].map(({ actor }) => actor);
  const pool = createReadPool(app, { size: 1 });
  try {
    return namesOf(model, await readRowNames(pool, model, withPeople(model, wanted, actors)));
  } finally {
    await pool.close();
  }
}

/** Stamps and positions are larger than JSON's numbers. */
function jsonOf(report: AuditReport): string {
  return JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value), 2);
}
