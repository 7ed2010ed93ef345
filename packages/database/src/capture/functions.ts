import { objectName, quoted, quotedList } from "../names.ts";
import type { Capture, CapturedTable, CaptureTrigger } from "./table.ts";

/** Statements that touch more rows than this are recorded as a change of the whole table. */
const KEY_LIMIT = 2000;

type Operation = "I" | "U" | "D";

const DONE: Readonly<Record<Operation, string>> = { I: "inserted", U: "updated", D: "deleted" };

/** The function, in schema `xm`, that captures an operation on a table. */
export function captureFunction(table: string, operation: Operation): string {
  return objectName(table, [], DONE[operation]);
}

// pg_trigger.tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate
const SHARED: readonly CaptureTrigger[] = [
  { name: "xm_stamped", function: "stamped", timing: "before update on %s for each row", bits: 1 + 2 + 16 },
  { name: "xm_truncated", function: "refuse_truncate", timing: "before truncate on %s for each statement", bits: 2 + 32 },
];

/**
 * What captures a table: from it feed, history and audit are all read.
 *
 * Lean code per table, since a generic formulation costs twice as much. The functions run as the owner of the tables; every function, type and
 * operator in them is named with its schema, which guards them as `set search_path` would, at no cost.
 */
export function captureOf(table: CapturedTable): Capture {
  const named = (operation: Operation) => captureFunction(table.name, operation);
  return {
    functions: (["I", "U", "D"] as const).map((operation) => ({ name: named(operation), body: body(table, operation) })),
    triggers: [
      { name: "xm_inserted", function: named("I"), timing: "after insert on %s referencing new table as n for each statement", bits: 4 },
      {
        name: "xm_updated",
        function: named("U"),
        timing: "after update on %s referencing old table as o new table as n for each statement",
        bits: 16,
      },
      { name: "xm_deleted", function: named("D"), timing: "after delete on %s referencing old table as o for each statement", bits: 8 },
      ...SHARED,
    ],
  };
}

/** The statements that install it. Triggers fire always, also where a session has made itself a replica. */
export function captureStatements(table: CapturedTable): readonly string[] {
  const { functions, triggers } = captureOf(table);
  const on = `app.${quoted(table.name)}`;
  return [
    ...functions.map(
      ({ name, body: source }) =>
        `create or replace function xm.${quoted(name)}() returns trigger language plpgsql security definer as $capture$${source}$capture$`,
    ),
    ...triggers.flatMap((trigger) => [
      `create or replace trigger ${trigger.name} ${trigger.timing.replace("%s", on)} execute function xm.${quoted(trigger.function)}()`,
      `alter table ${on} enable always trigger ${trigger.name}`,
    ]),
  ];
}

function body(table: CapturedTable, operation: Operation): string {
  const sides = operation === "U" ? ["n", "o"] : operation === "I" ? ["n"] : ["o"];
  const keyed = quotedList(["id", ...table.references, ...table.lists]);
  // an update shows each row twice
  const limit = KEY_LIMIT * sides.length;
  const rows = sides.map((side) => `select ${keyed} from ${side}`).join(" union all ");
  const singles = table.references.map(
    (column) => `pg_catalog.array_agg(distinct z.${quoted(column)}) filter (where z.${quoted(column)} is not null)`,
  );
  // lists of different lengths make no array of arrays
  const lists = table.lists.map((column) => {
    const joined = `pg_catalog.string_agg(distinct pg_catalog.array_to_string(z.${quoted(column)}, ','), ',') filter (where pg_catalog.cardinality(z.${quoted(column)}) operator(pg_catalog.>) 0)`;
    return `pg_catalog.string_to_array(${joined}, ',')::pg_catalog.uuid[]`;
  });
  const references = [...singles, ...lists].reduce<string | undefined>(
    (all, one) => (all === undefined ? one : `pg_catalog.array_cat(${all}, ${one})`),
    undefined,
  );
  const columns = quotedList(table.columns.map(({ name }) => name));
  const keys = operation === "U" ? "pg_catalog.array_agg(distinct z.id)" : "pg_catalog.array_agg(z.id)";
  return `
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
  xm$rows pg_catalog.int8;
  xm$keys pg_catalog.uuid[];
  xm$refs pg_catalog.uuid[];
begin
  select pg_catalog.count(*), ${keys}, ${references ?? "null"}
    into xm$rows, xm$keys, xm$refs
    from (${rows} limit ${limit + 1}) z;
  if xm$rows operator(pg_catalog.=) 0 then
    return null;
  end if;
  xm$stamp := xm.stamp();
${
  operation === "I"
    ? ""
    : `  insert into xmh.${quoted(table.name)} (${columns}, xm_from, xm_to)
  select ${columns}, xm_from, xm$stamp from o;
`
}  if xm$rows operator(pg_catalog.>) ${limit} then
    xm$keys := null;
    xm$refs := null;
  end if;
  insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  values (xm$stamp, ${table.number}, '${operation}', xm$keys, xm$refs,
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true));
  return null;
end
`;
}
