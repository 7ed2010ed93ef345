import type { FilesModel } from "@xianmai/plugin-api/model";
import type { ClientBase } from "pg";

/** How many files a record has in a field, as the viewer sees them. */
export async function countFiles(client: ClientBase, { inverse }: FilesModel, subject: string): Promise<number> {
  const { entity, column, only } = inverse;
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from "${entity.table}" where "${column.column}" = $1 and "${only?.column.column ?? ""}" = $2`,
    [subject, only?.value],
  );
  return rows[0]?.count ?? 0;
}
