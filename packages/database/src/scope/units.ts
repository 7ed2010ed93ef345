import { columnOf, type Model } from "@xianmai/plugin-api/model";

import { quoted } from "../names.ts";

/** The function that finds the units of a viewer. */
export const UNITS_BELOW = "units_below";

/**
 * The body of `xm.units_below(codes text[])`: the units of these codes, each with everything below it. It runs as the owner, since whose units
 * they are is asked before any row can be seen. Without a tree there are no units.
 */
export function unitsBelowBody({ units }: Model): string {
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

/** The statement that makes it. */
export function unitsBelowSql(model: Model): string {
  return `create or replace function xm.${UNITS_BELOW}(codes text[]) returns uuid[] language plpgsql stable security definer as $units$${unitsBelowBody(model)}$units$`;
}
