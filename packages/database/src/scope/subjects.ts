import { literal, objectName, quoted } from "../names.ts";
import type { KeptColumn, LendingSubject, Right, TableScope } from "./scopes.ts";
import { followSql, FUNCTIONS, refuseReference, type ScopeTrigger } from "./trigger.ts";

/** What lends the hidden columns of a table, where that is a row of one of several tables. */
export function subjectsOf(kept: readonly KeptColumn[]): readonly LendingSubject[] {
  return kept.flatMap(({ subject }) => subject ?? []);
}

/**
 * Takes over what a row of one of several tables lends: null where it is everyone's. A row that is not there is refused as by a foreign key; for
 * whoever does not see every row it is nobody's, as one that is not theirs.
 */
export function keepingSubjects(table: string, kept: readonly KeptColumn[], subjects: readonly LendingSubject[]): ScopeTrigger {
  const { by, type, lenders } = firstOf(subjects);
  const columns = [by, type, ...kept.map(({ name }) => name)].map(quoted).join(", ");
  const into = kept.map(({ name }) => `new.${quoted(name)}`);
  const branches = lenders.map(({ entity, table: lender }) => {
    const lent = rightsTo(lender, subjects).map(lentBy).join(", ");
    return `  when ${literal(entity)} then
    select ${lent} into ${into.join(", ")}
      from app.${quoted(lender)} p where p.id operator(pg_catalog.=) new.${quoted(by)} for key share;
    xm$found := found;`;
  });
  return {
    name: "xm_scoped",
    table,
    timing: `before insert or update of ${columns} on %s for each row`,
    function: objectName(table, [], FUNCTIONS.keep),
    asOwner: true,
    body: `
#variable_conflict use_column
declare
  xm$found boolean := false;
begin
  case new.${quoted(type)}
${branches.join("\n")}
  else
    xm$found := false;
  end case;
  if not xm$found then
    if coalesce(pg_catalog.current_setting('xm.units', true), '') operator(pg_catalog.=) '' then
${refuseReference(table, by, "several tables")}
    end if;
${into.map((column) => `    ${column} := '{}';`).join("\n")}
  end if;
  return new;
end
`,
  };
}

function firstOf(subjects: readonly LendingSubject[]): LendingSubject {
  const [first] = subjects;
  if (first === undefined) throw new Error("Nothing lends this scope.");
  return first;
}

/** What a table lends through each of some subjects. */
function rightsTo(lender: string, subjects: readonly LendingSubject[]): readonly Right[] {
  return subjects.map(({ lenders }) => lenders.find(({ table }) => table === lender)?.right ?? "everyone");
}

/** What a row `p` lends, as a list; null where it is everyone's. */
function lentBy(right: Right): string {
  if (right === "everyone") return "null::pg_catalog.uuid[]";
  const all = [
    `array[${right.units.map((unit) => `p.${quoted(unit)}`).join(", ")}]::pg_catalog.uuid[]`,
    ...right.lists.map((list) => `p.${quoted(list)}`),
  ].reduce((one, other) => `pg_catalog.array_cat(${one}, ${other})`);
  return `array(select distinct u from pg_catalog.unnest(${all}) u where u is not null order by u)`;
}

/** With a row go the rows that have it for their subject. */
export function ending({ table }: TableScope, scopes: readonly TableScope[]): readonly ScopeTrigger[] {
  const about = scopes.flatMap(({ table: lower, kept }) => {
    const pointers = subjectsOf(kept).filter(({ lenders }) => lenders.some((lender) => lender.table === table));
    return [...new Set(pointers.map(({ by }) => by))].map((by) => ({ table: lower, by }));
  });
  if (about.length === 0) return [];
  return [
    {
      name: "xm_subject_ended",
      table,
      timing: "after delete on %s referencing old table as o for each statement",
      function: objectName(table, [], FUNCTIONS.end),
      asOwner: true,
      body: `
begin
${about.map(({ table: lower, by }) => `  delete from app.${quoted(lower)} t using o where t.${quoted(by)} operator(pg_catalog.=) o.id;`).join("\n")}
  return null;
end
`,
    },
  ];
}

/** Rows about rows of a plugin that is not enabled stay as they are. */
export function refillSubjectsSql(table: string, kept: readonly KeptColumn[], subjects: readonly LendingSubject[]): string {
  const first = firstOf(subjects);
  const lent = first.lenders.map(({ entity, table: lender }) => {
    const rights = rightsTo(lender, subjects).map((right, at) => `${lentBy(right)} as ${quoted(kept[at]?.name ?? "")}`);
    const is = `c.${quoted(first.type)} = ${literal(entity)} and p.id = c.${quoted(first.by)}`;
    return `select ${rights.join(", ")} from app.${quoted(lender)} p where ${is}`;
  });
  const wrong = kept.map(({ name }) => `c.${quoted(name)} is distinct from l.${quoted(name)}`);
  return `${followSql(table, kept)} from app.${quoted(table)} c cross join lateral (${lent.join(" union all ")}) l where t.id = c.id and (${wrong.join(" or ")})`;
}
