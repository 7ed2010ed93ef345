import { ROLES } from "@xianmai/plugin-api";
import type { FieldNode } from "graphql";
import { sql } from "kysely";

import type { PathPattern, Writer } from "../run/answer.ts";
import { isOpen } from "../schema/objects.ts";
import type { Compilation, RowPlanner } from "./compilation.ts";
import { Source, type StatementDraft } from "./draft.ts";
import { joined, type Sql } from "./sql.ts";
import { cellWriter, constant, objectWriter } from "./writers.ts";

/** A statement whose rows are changes, with the columns `actor`, `official` and `role`. */
export interface Changes {
  readonly compilation: Compilation;
  readonly draft: StatementDraft;
  readonly alias: string;
  /** Plans what is selected of an official. */
  readonly row: RowPlanner;
}

/** As PostgreSQL writes a key. */
const UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

/** The columns `official` and `role` of a statement, out of the actor that was recorded. */
export function actorSql(actor: Sql): Sql {
  const roles = joined(ROLES.map((role) => sql.lit(role)));
  return sql`case when ${actor} ~ ${sql.lit(UUID)} then ${actor}::uuid end as official, case when ${actor} in (${roles}) then ${actor} end as role`;
}

/** The place of a column of the statement in its rows. */
export function placeOf({ draft, alias }: Changes, column: string, select: (value: Sql) => Sql = (value) => value): number {
  return draft.cell(`${alias}.${column}`, () => select(sql.id(alias, column)));
}

/** Plans who made a change: `ChangedBy`, null for a change from outside the platform. */
export function changedBy(changes: Changes, nodes: readonly FieldNode[], path: PathPattern): Writer {
  const { compilation } = changes;
  const type = compilation.object("ChangedBy");
  const actor = placeOf(changes, "actor");
  const role = placeOf(changes, "role");
  const write = objectWriter(
    [...compilation.selection(type, nodes)].map(([key, selected]): [string, Writer] => {
      switch (selected[0]?.name.value) {
        case "name":
          return [key, nameWriter(changes, role)];
        case "role":
          return [key, cellWriter(role, JSON.stringify)];
        case "official":
          return [key, officialWriter(changes, selected, [...path, key])];
        default:
          return [key, constant(JSON.stringify(type.name))];
      }
    }),
  );
  return (row, answer) => {
    if (row[actor] === null) answer.write("null");
    else write(row, answer);
  };
}

function nameWriter(changes: Changes, role: number): Writer {
  const official = officialOf(changes);
  const name = official?.cell(official.entity.title, "json", (value) => value);
  return (row, answer) => {
    const known = (name === undefined ? null : row[name]) ?? row[role];
    answer.write(typeof known === "string" ? JSON.stringify(known) : "null");
  };
}

function officialWriter(changes: Changes, nodes: readonly FieldNode[], path: PathPattern): Writer {
  const official = officialOf(changes);
  if (official === undefined) throw new Error("There are no officials.");
  const id = official.id();
  const write = changes.row(changes.compilation, nodes, official, path);
  return (row, answer) => {
    if (row[id] === null) answer.write("null");
    else write(row, answer);
  };
}

/** The officials who made changes, as the viewer sees them; `undefined` where there are none. */
function officialOf(changes: Changes): Source | undefined {
  const { compilation, draft, alias } = changes;
  const people = compilation.types.model.people?.entity;
  if (people === undefined) return undefined;
  const official = Source.joined(draft, people, sql.id(alias, "official"), []);
  const cell = isOpen(people) ? official.id() : placeOf(changes, "official");
  draft.reads.references(people, { statement: draft.index, cell });
  return official;
}
