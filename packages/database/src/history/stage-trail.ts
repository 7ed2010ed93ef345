/**
 * What became of the stages of rows, and who may ask for it; repeated at every start.
 *
 * `xm.stage_trail` links the versions of rows in the order in which they followed each other: a version begins with the transaction that ended
 * the one before it. Their numbers tell the order where they rise, and they need not: who began first may have come last. Each version with another
 * stage than the one before it comes once, or once for each step that its transaction took, with what is recorded beside it. It tells of every row,
 * and not what the row holds: whoever asks reads the versions themselves, as far as the policies of the history let them. As of a moment it tells of
 * what that moment sees.
 */
export const STAGE_TRAIL_UPKEEP: readonly string[] = [
  `create or replace function xm.stage_trail(entity text, tbl text, stage text, keys uuid[])
  returns table (id uuid, root bigint, place integer, nth bigint, stamp bigint, prior bigint, step text, from_state text, to_state text, "on" date, reason text,
    actor text, origin text, at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog as $body$
begin
  return query execute format($query$
with recursive versions as (
  select t.id, t.xm_from, null::bigint as xm_to, t.%2$I as stage from app.%1$I t where t.id = any ($1)
  union all
  select h.id, h.xm_from, h.xm_to, h.%2$I from xmh.%1$I h where h.id = any ($1) and h.xm_from <> h.xm_to
), linked as (
  select v.id, v.xm_from as stamp, p.xm_from as prior, v.stage is distinct from p.stage as moved, bool_or(p.xm_from > v.xm_from) over (partition by v.id) as crossed
  from versions v left join versions p on p.id = v.id and p.xm_to = v.xm_from
), crossed as (
  select l.id, l.stamp, l.prior, l.moved, l.stamp as root, 0 as place from linked l where l.prior is null and l.crossed
  union all
  select l.id, l.stamp, l.prior, l.moved, c.root, c.place + 1 from crossed c join linked l on l.id = c.id and l.prior = c.stamp
), trail as (
  select l.id, l.stamp, l.prior, l.moved, l.stamp as root, 0 as place from linked l where l.crossed is not true
  union all
  select c.id, c.stamp, c.prior, c.moved, c.root, c.place from crossed c
)
select t.id, t.root, t.place, s.id, t.stamp, t.prior, s.step, s.from_state, s.to_state, s."on", s.reason,
  nullif(coalesce(s.actor, c.actor), ''), nullif(c.origin, ''), coalesce(s.at, xm.change_time(c.at))
from trail t
left join xm.step s on s.entity = $2 and s.key = t.id and s.stamp = t.stamp
left join lateral (
  select f.actor, f.origin, f.at from xm.change f where f.stamp = t.stamp and f.tbl = $3 order by f.position desc limit 1) c on true
where (t.moved or s.id is not null) and ($4::bigint is null or (t.stamp < $4 and t.stamp <> all ($5)))
$query$, tbl, stage)
  using keys, entity, (select n.id from xm.tbl n where n.name = tbl), nullif(current_setting('xm.hi', true), '')::bigint,
    nullif(current_setting('xm.xip', true), '')::bigint[];
end
$body$`,
  // Where there is an invented time, what was loaded with it happened when it begins.
  `create or replace function xm.change_time(at timestamptz) returns timestamptz language sql stable security definer set search_path = pg_catalog
return coalesce(
  (select d.clock + greatest(change_time.at - d.loaded_at, interval '0') from xm.dataset d where d.clock is not null and change_time.at is not null
   order by d.clock desc, d.name desc limit 1),
  change_time.at)`,
  "revoke all on function xm.stage_trail(text, text, text, uuid[]), xm.change_time(timestamptz) from public",
  "grant execute on function xm.stage_trail(text, text, text, uuid[]) to xm_all, xm_app",
];
