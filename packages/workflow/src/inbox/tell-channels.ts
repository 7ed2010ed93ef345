import type { Instant } from "@xianmai/plugin-api";
import { columnOf, type Model } from "@xianmai/plugin-api/model";
import { globalId } from "@xianmai/query";
import type { ClientBase } from "pg";

import { notify } from "../channels/notify.ts";

/** An inbox item with whom it is for. */
interface ItemRow {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly zh: string;
  readonly en: string;
  readonly about: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly raised_at: Date;
  readonly unit_code: string;
  readonly unit_name: string;
  readonly official_code: string | null;
  readonly official_name: string | null;
}

/**
 * Has each of some new inbox items told on every configured channel: one message for each, once the running transaction is committed.
 *
 * @param items their keys
 */
export async function tellChannels(model: Model, client: ClientBase, items: readonly string[]): Promise<void> {
  const { units, people } = model;
  if (units === undefined || people === undefined) return;
  const unitCode = columnOf(units.entity, units.tree.code).column;
  const officialCode = columnOf(people.entity, people.people.code).column;
  const { rows } = await client.query<ItemRow>(
    `select i.id, a.rule, i.severity, i.zh, i.en, i.about, i.subject_type, i.subject_id, i.raised_at,
       u."${unitCode}" as unit_code, u."${units.entity.title.column}" as unit_name,
       o."${officialCode}" as official_code, o."${people.entity.title.column}" as official_name
     from app.inbox_item i join app.alert a on a.id = i.alert_id join app."${units.entity.table}" u on u.id = i.unit_id
       left join app."${people.entity.table}" o on o.id = i.official_id
     where i.id = any ($1::uuid[]) order by i.id`,
    [items],
  );
  for (const row of rows) {
    await notify(client, {
      id: row.id,
      kind: row.rule,
      severity: row.severity,
      title: { zh: `${row.zh}：${row.about}`, en: `${row.en}: ${row.about}` },
      addressee: {
        unitCode: row.unit_code,
        unitName: row.unit_name,
        ...(row.official_code === null || row.official_name === null
          ? {}
          : { officialCode: row.official_code, officialName: row.official_name }),
      },
      subject: { type: row.subject_type, id: globalId(row.subject_type, row.subject_id) },
      raisedAt: row.raised_at.toISOString() as Instant,
    });
  }
}
