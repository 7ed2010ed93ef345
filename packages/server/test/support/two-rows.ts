import type { ColumnModel, EntityModel, Model } from "@xianmai/plugin-api/model";
import type { Client } from "pg";

/** Adds two rows of every entity, with all their values, pointing at rows of what they refer to. Gives their global ids. */
export async function twoRowsOfEach(psql: Client, { entities }: Model): Promise<readonly string[]> {
  const ids: string[] = [];
  const firstOf = new Map<EntityModel, string>();
  const sorted = [...entities].sort((a, b) => Number(needs(a, b)) - Number(needs(b, a)));
  for (const [at, entity] of sorted.entries()) {
    for (const turn of [1, 2]) {
      const id = `00000000-0000-4000-8000-${String(at * 10 + turn).padStart(12, "0")}`;
      const plain = entity.columns.filter((one) => one.target === undefined || (one.required && firstOf.has(one.target)));
      const values = plain.map((one) => (one.target === undefined ? valueOf(one, turn) : firstOf.get(one.target)));
      const columns = ["id", ...plain.map((one) => `"${one.column}"`)].join(", ");
      const places = ["$1", ...plain.map((one, i) => `$${i + 2}::${one.sqlType}`)].join(", ");
      await psql.query(`insert into app."${entity.table}" (${columns}) values (${places})`, [id, ...values]);
      ids.push(`${entity.name}:${id}`);
      if (turn === 1) firstOf.set(entity, id);
    }
  }
  for (const entity of entities) {
    for (const { column: name, target } of entity.columns) {
      const found = target === undefined ? undefined : firstOf.get(target);
      if (found !== undefined) await psql.query(`update app."${entity.table}" set "${name}" = $1`, [found]);
    }
  }
  return ids;
}

function needs(one: EntityModel, other: EntityModel): boolean {
  return one.columns.some(({ target, required }) => required && target === other);
}

function valueOf({ kind, values }: ColumnModel, turn: number): unknown {
  switch (kind) {
    case "text":
      return `t${turn}`;
    case "texts":
      return "{}";
    case "date":
    case "dateTime":
      return `2023-01-0${turn}`;
    case "yearMonth":
      return `2023-0${turn}`;
    case "boolean":
      return turn === 1;
    case "choice":
    case "stage":
      return values?.[turn - 1];
    default:
      return turn;
  }
}
