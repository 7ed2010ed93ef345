import { columnOf, type EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { periodOf, type Bucket } from "./dimension.ts";
import { changesSql } from "./stage-history.ts";
import { joined, where, type Sql } from "./sql.ts";

/** What figures of stages are counted over. */
export interface FiguresOf {
  readonly entity: EntityModel;
  readonly stage: NonNullable<EntityModel["stage"]>;
  /** The alias of the rows in `wanted`. */
  readonly rows: string;
  /** The condition of the rows; `undefined` for all. */
  readonly wanted: Sql | undefined;
  /** The first and the last day of the period; `undefined` for no bound. */
  readonly from: Sql | undefined;
  readonly to: Sql | undefined;
  /** How long the periods are into which it is divided; `undefined` for none. */
  readonly by: Bucket | undefined;
  /** The days of the work calendar, where working days are counted. */
  readonly calendar: EntityModel | undefined;
}

/**
 * Figures of the stages of rows, a row for each period and stage: `at period place state standing entered departed began reached reached_rate average_days
 * median_days average_working_days median_working_days`. A stay in a stage begins on the day of the step that led to it, or on the day of the change
 * where no step made it, and ends on that of the next one that led elsewhere. A row begins where the viewer sees how it was new. What is not known to
 * have been on a day is in no period that has bounds.
 */
export function stageFiguresSql({ entity, stage, rows, wanted, from, to, by, calendar }: FiguresOf): Sql {
  const { column, lifecycle } = stage;
  const states = Object.keys(lifecycle.states).map((state, at) => sql`(${sql.lit(state)}, ${sql.lit(at)})`);
  const began = sql`(s.nth = 1 and s.new and ${within("day")})`;
  const left = sql`(s.ended and ${within("until")})`;
  const median = (days: string): Sql =>
    sql`round((percentile_cont(0.5) within group (order by ${sql.id("s", days)}) filter (where ${left}))::numeric, 2)`;
  const average = (days: string): Sql => sql`round(avg(${sql.id("s", days)}) filter (where ${left}), 2)`;
  const spent =
    calendar === undefined
      ? sql`null::numeric as working_days from stays s`
      : sql`greatest(b.worked - a.worked, 0) as working_days from stays s left join worked a on a.day = s.day left join worked b on b.day = s.until`;
  return sql`with asked as (select ${sql.id(rows, "id")} as id, ${sql.id(rows, column.column)} as stage from ${sql.id(entity.table)} as ${sql.id(rows)}${where(wanted)}),
changes as (${changesSql(entity, stage, sql`select id from asked`)}),
moves as (
  select c.id, c.from_state is null as new, c.to_state as state, coalesce(c."on", c.at::date) as day, c.root, c.place, c.nth, lag(c.to_state) over w as before
  from changes c window w as (partition by c.id order by c.root, c.place, c.nth)),
stays as (
  select m.id, m.new, m.state, m.day, lead(m.day) over w as until, lead(m.state) over w is not null as ended, row_number() over w as nth
  from moves m where m.before is distinct from m.state window w as (partition by m.id order by m.root, m.place, m.nth)),
periods as (${periodsSql(from, to, by)}),
${calendar === undefined ? sql`` : sql`worked as (${workedSql(calendar)}),`}
spent as (select s.*, greatest(s.until - s.day, 0) as days, ${spent}),
standing as (
  select p.at, a.stage as state, count(*) as standing from periods p cross join asked a where p.last is null group by p.at, a.stage
  union all
  select l.at, l.state, count(*) from (
    select distinct on (p.at, s.id) p.at, s.state from periods p join stays s on s.day <= p.last order by p.at, s.id, s.nth desc) l group by l.at, l.state),
started as (select p.at, s.id from periods p join stays s on ${began}),
reached as (select b.at, s.state, count(distinct s.id) as reached from started b join stays s on s.id = b.id group by b.at, s.state),
figures as (
  select p.at, s.state, count(*) filter (where ${within("day")}) as entered, count(*) filter (where ${left}) as departed, count(*) filter (where ${began}) as began,
    ${average("days")} as average_days, ${median("days")} as median_days,
    ${average("working_days")} as average_working_days, ${median("working_days")} as median_working_days
  from periods p join spent s on ${within("day")} or ${left} group by p.at, s.state)
select p.at, p.period, x.state, x.place,
  ${joined(["standing", "entered", "departed", "began", "reached"].map((name) => sql`coalesce(${sql.id(name)}, 0) as ${sql.id(name)}`))},
  round(100.0 * coalesce(r.reached, 0) / nullif((select count(*) from started b where b.at = p.at), 0), 2) as reached_rate,
  f.average_days, f.median_days, f.average_working_days, f.median_working_days
from periods p cross join (values ${joined(states)}) x (state, place)
  left join standing t on t.at = p.at and t.state = x.state left join reached r on r.at = p.at and r.state = x.state
  left join figures f on f.at = p.at and f.state = x.state`;
}

/** Whether a day of stay `s` is in period `p`. */
function within(day: "day" | "until"): Sql {
  const value = sql.id("s", day);
  return sql`((p.first is null or ${value} >= p.first) and (p.last is null or ${value} <= p.last))`;
}

/** The periods: one with the bounds that are given, or each of those into which they are divided, from the first day on which anything was to the last. */
function periodsSql(from: Sql | undefined, to: Sql | undefined, by: Bucket | undefined): Sql {
  const [first, last] = [from ?? sql`null::date`, to ?? sql`null::date`];
  if (by === undefined) return sql`select 1 as at, null::text as period, ${first} as first, ${last} as last`;
  const step = sql.raw(`interval '${by === "QUARTER" ? "3 months" : `1 ${by.toLowerCase()}`}'`);
  return sql`select row_number() over (order by b.begins) as at, ${periodOf(sql`b.begins`, by)} as period, greatest(b.begins::date, e.first) as first,
    least((b.begins + ${step})::date - 1, e.last) as last
  from (select ${first} as first, ${last} as last) e
    cross join (select min(day) as first, max(greatest(day, until)) as last from stays) k
    cross join lateral generate_series(date_trunc(${sql.lit(by.toLowerCase())}, coalesce(e.first, k.first)::timestamp), coalesce(e.last, k.last)::timestamp, ${step}) b (begins)
  where coalesce(e.first, k.first) <= coalesce(e.last, k.last)`;
}

/** How many working days there were up to each day on which a stay began or ended, and those between. */
function workedSql(calendar: EntityModel): Sql {
  const [date, kind] = [columnOf(calendar, "date"), columnOf(calendar, "kind")].map(({ column }) => sql.id("c", column));
  return sql`select d.day, sum(case when ${kind} = 'HOLIDAY' then 0 when ${kind} is not null then 1 when extract(isodow from d.day) < 6 then 1 else 0 end)
    over (order by d.day) as worked
  from (select e.first + n as day from (select min(day) as first, max(greatest(day, until)) as last from stays) e, generate_series(0, e.last - e.first) n) d
  left join ${sql.id(calendar.table)} as c on ${date} = d.day`;
}
