import { literal, objectName, quoted } from "../names.ts";
import type { KeptColumn } from "./scopes.ts";

/** A trigger of a scope, with its function. */
export interface ScopeTrigger {
  readonly name: string;
  readonly table: string;
  /** `before update on %s for each row`. */
  readonly timing: string;
  /** The function in schema `xm`. */
  readonly function: string;
  /** `undefined` for a function that the platform has already. */
  readonly body: string | undefined;
  /** Whether it runs as the owner, who sees every row. */
  readonly asOwner: boolean;
}

/** The names of all triggers of scopes: whatever else of them stands on a table is to go. */
export const SCOPE_TRIGGERS: readonly string[] = ["xm_scoped", "xm_scoped_lock", "xm_scoped_lend", "xm_referenced", "xm_subject_ended"];

/** What the functions of a table's scope do: part of their names. */
export const FUNCTIONS = { keep: "scoped", lend: "lent", guard: "referenced", end: "ended" } as const;

/** The functions, in schema `xm`, that the scope of a table may have. */
export function scopeFunctions(table: string): readonly string[] {
  return Object.values(FUNCTIONS).map((kind) => objectName(table, [], kind));
}

/** The statements that install a trigger. */
export function triggerStatements({ name, table, timing, function: named, body, asOwner }: ScopeTrigger): readonly string[] {
  const on = `app.${quoted(table)}`;
  return [
    ...(body === undefined
      ? []
      : [
          `create or replace function xm.${quoted(named)}() returns trigger language plpgsql${asOwner ? " security definer" : ""} as $scope$${body}$scope$`,
        ]),
    `create or replace trigger ${name} ${timing.replace("%s", on)} execute function xm.${quoted(named)}()`,
    `alter table ${on} enable always trigger ${name}`,
  ];
}

/** Raises what a foreign key would. */
export function refuseReference(table: string, column: string, target: string): string {
  const constraint = objectName(table, [column], "foreign");
  return `    raise exception using
      errcode = 'foreign_key_violation', schema = 'app', table = ${literal(table)}, constraint = ${literal(constraint)},
      message = ${literal(`insert or update on table "${table}" violates foreign key constraint "${constraint}"`)},
      detail = ${literal(`Key is not present in ${target}.`)};`;
}

/** The trigger of the table itself finds out what its hidden columns hold: it is enough to touch one. */
export function followSql(table: string, kept: readonly KeptColumn[]): string {
  const name = quoted(kept[0]?.name ?? "");
  return `update app.${quoted(table)} t set ${name} = t.${name}`;
}
