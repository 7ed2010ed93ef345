/**
 * Who changed tables, through what and when, by the stamps of the transactions that did; repeated at every start. Like `xm.stage_trail` it tells
 * nothing of what the rows hold: whoever asks has read them. What has been forgotten of a transaction is not told.
 */
export const CHANGE_MARKS_UPKEEP: readonly string[] = [
  `create or replace function xm.change_marks(tables text[], stamps bigint[])
  returns table (stamp bigint, actor text, origin text, at timestamptz) language sql stable security definer set search_path = pg_catalog as $body$
select distinct on (c.stamp) c.stamp, nullif(c.actor, ''), nullif(c.origin, ''), xm.change_time(c.at)
from xm.change c join xm.tbl n on n.id = c.tbl
where c.stamp = any (stamps) and n.name = any (tables)
order by c.stamp, c.position desc
$body$`,
  "revoke all on function xm.change_marks(text[], bigint[]) from public",
  "grant execute on function xm.change_marks(text[], bigint[]) to xm_all, xm_app",
];
