import { objectName, quoted, quotedList } from "../names.ts";
import type { Capture, CapturedTable, CaptureTrigger } from "./table.ts";

/** Statements that touch more rows than this are recorded as a change of the whole table. */
const KEY_LIMIT = 2000;
/** Up to so many the keys are not sorted out. */
const FEW = 8;

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

/**
 * One statement for the versions, one for the change: each costs a writer of a single row about as much as all expressions in it. The change
 * comes first, since it tells whether there is anything to capture.
 *
 * Of few rows keys and references are written down as they come: some twice, references also as null, and as an array of arrays. Whoever reads
 * the feed makes them distinct for less than a sort costs here.
 */
function body(table: CapturedTable, operation: Operation): string {
  const sides = operation === "U" ? ["n", "o"] : operation === "I" ? ["n"] : ["o"];
  const references = referencesOf(table);
  const rows = sides.map((side) => `select id, ${references?.row ?? "null"} as xm$refs from ${side}`).join(" union all ");
  // an update shows each row twice
  const [few, limit] = [FEW * sides.length, KEY_LIMIT * sides.length];
  const gathered = (all: string): string => `case when pg_catalog.count(*) operator(pg_catalog.<=) ${few} then ${all}
    when pg_catalog.count(*) operator(pg_catalog.<=) ${limit} then xm.distinct_keys(${all}) end`;
  const change = `insert into xm.change (stamp, tbl, op, keys, refs, actor, origin)
  select xm.stamp(), ${table.number}, '${operation}', ${gathered("pg_catalog.array_agg(z.id)")}, ${references === undefined ? "null" : gathered(references.all)},
    pg_catalog.current_setting('xm.actor', true), pg_catalog.current_setting('xm.origin', true)
    from (${rows} limit ${limit + 1}) z having pg_catalog.count(*) operator(pg_catalog.>) 0;`;
  if (operation === "I") return `\n#variable_conflict use_column\nbegin\n  ${change}\n  return null;\nend\n`;
  const columns = quotedList(table.columns.map(({ name }) => name));
  return `
#variable_conflict use_column
declare
  xm$stamp pg_catalog.int8;
begin
  ${change}
  if not found then
    return null;
  end if;
  xm$stamp := xm.stamp();
  insert into xmh.${quoted(table.name)} (${columns}, xm_from, xm_to)
  select ${columns}, xm_from, xm$stamp from o;
  return null;
end
`;
}

/** What rows point at: an expression over one row, and one that gathers those of many. */
interface References {
  readonly row: string;
  readonly all: string;
}

function referencesOf({ references, lists }: CapturedTable): References | undefined {
  const singles = `array[${quotedList(references)}]::pg_catalog.uuid[]`;
  // arrays of one size make an array of arrays
  if (lists.length === 0) return references.length === 0 ? undefined : { row: singles, all: "pg_catalog.array_agg(z.xm$refs)" };
  const row = lists.map(quoted).reduce((all, list) => `pg_catalog.array_cat(${all}, ${list})`, singles);
  return {
    row: `nullif(pg_catalog.array_to_string(${row}, ','), '')`,
    all: "pg_catalog.string_to_array(pg_catalog.string_agg(z.xm$refs, ','), ',')::pg_catalog.uuid[]",
  };
}
