import type { TestPlatform } from "@xianmai/testing";

/** Works of a test: what is left out has its default. Money in 分. */
export interface GivenWork {
  readonly code: string;
  readonly unit: string;
  readonly helper?: string | undefined;
  readonly nature?: string | undefined;
  readonly field?: string | undefined;
  readonly parent?: string | undefined;
  readonly batch?: number | undefined;
  readonly total?: bigint | undefined;
  readonly deadline?: string | undefined;
  readonly started?: string | undefined;
  readonly weight?: string | undefined;
  readonly urgent?: boolean | undefined;
  readonly enteredAt?: string | undefined;
  readonly plans?: Readonly<Record<number, bigint>>;
  readonly reports?: Readonly<Record<string, bigint>>;
}

/** Writes a county with two towns. */
export async function writeUnits(platform: TestPlatform): Promise<void> {
  await platform.sql("insert into unit (code, name) values ('X', '县')");
  await platform.sql(
    "insert into unit (code, name, parent_id) select code, name, (select id from unit) from (values ('A', '甲镇'), ('B', '乙镇')) as t (code, name)",
  );
}

/** Writes works with their plans and reports; a package stands before its parts. */
export async function writeWorks(platform: TestPlatform, works: readonly GivenWork[]): Promise<void> {
  for (const work of works) {
    await platform.sql(
      `insert into work (code, unit_id, helper_id, nature, field_id, parent_id, batch, total, deadline, started, weight, urgent, entered_at)
       values ($1, (select id from unit where code = $2), (select id from unit where code = $3), coalesce($4, 'NEW_START'),
               (select id from dictionary_entry where code = $5), (select id from work where code = $6), $7, $8, $9, $10, $11, coalesce($12, false), $13)`,
      [
        work.code,
        work.unit,
        work.helper,
        work.nature,
        work.field,
        work.parent,
        work.batch,
        work.total,
        work.deadline,
        work.started,
        work.weight,
        work.urgent,
        work.enteredAt,
      ],
    );
    for (const [year, amount] of Object.entries(work.plans ?? {})) {
      await platform.sql("insert into plan (work_id, year, amount) select id, $2, $3 from work where code = $1", [work.code, year, amount]);
    }
    for (const [month, invested] of Object.entries(work.reports ?? {})) {
      await platform.sql("insert into report (work_id, month, invested) select id, $2, $3 from work where code = $1", [
        work.code,
        month,
        invested,
      ]);
    }
  }
}

/** 万元 in 分. */
export function wan(amount: number): bigint {
  return BigInt(Math.round(amount * 1_000_000));
}
