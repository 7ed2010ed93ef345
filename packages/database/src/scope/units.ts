import { columnOf, type Model } from "@xianmai/plugin-api/model";

import { quoted } from "../names.ts";

/** The function that finds the units of a viewer. */
const UNITS_BELOW = "units_below";
/** The function that tells when the tree of units was changed last. */
const TREE_STAMP = "tree_stamp";

/**
 * The body of `xm.units_below(codes text[])`: the units of these codes, each with everything below it. It runs as the owner, since whose units
 * they are is asked before any row can be seen. Without a tree there are no units.
 */
function unitsBelowBody({ units }: Model): string {
  if (units === undefined) return "\nbegin\n  return array[]::pg_catalog.uuid[];\nend\n";
  const { entity, tree } = units;
  const table = `app.${quoted(entity.table)}`;
  const parent = quoted(columnOf(entity, tree.parent).column);
  const code = quoted(columnOf(entity, tree.code).column);
  // union leaves out what was found before: a circle in the tree is walked once
  return `
begin
  return array(
    with recursive below(id) as (
      select u.id from ${table} u where u.${code} operator(pg_catalog.=) any (codes)
      union
      select u.id from ${table} u join below b on u.${parent} operator(pg_catalog.=) b.id
    )
    select below.id from below);
end
`;
}

/**
 * The body of `xm.tree_stamp()`: the stamp of the newest change of a unit that the statement sees; history is never forgotten, so none is missing.
 * Where two snapshots see the same one, and in one of them nothing older was still running, they see the same tree.
 */
function treeStampBody({ units }: Model): string {
  if (units === undefined) return "\nbegin\n  return 0;\nend\n";
  const table = quoted(units.entity.table);
  return `
begin
  return greatest((select pg_catalog.max(u.xm_from) from app.${table} u), (select pg_catalog.max(h.xm_to) from xmh.${table} h), 0);
end
`;
}

/** The bodies of both functions by their names. */
export function treeBodies(model: Model): Readonly<Record<string, string>> {
  return { [UNITS_BELOW]: unitsBelowBody(model), [TREE_STAMP]: treeStampBody(model) };
}

/** The statements that make them. */
export function treeStatements(model: Model): readonly string[] {
  return [
    unitsBelowSql(model),
    `create or replace function xm.${TREE_STAMP}() returns bigint language plpgsql stable security definer as $units$${treeStampBody(model)}$units$`,
  ];
}

function unitsBelowSql(model: Model): string {
  return `create or replace function xm.${UNITS_BELOW}(codes text[]) returns uuid[] language plpgsql stable security definer as $units$${unitsBelowBody(model)}$units$`;
}
