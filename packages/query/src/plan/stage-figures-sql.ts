import { columnOf, type EntityModel } from "@xianmai/plugin-api/model";
import { sql } from "kysely";

import { changesSql } from "./stage-history.ts";
import { allOf, joined, where, type Sql } from "./sql.ts";

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
  /** The days of the work calendar, where working days are counted. */
  readonly calendar: EntityModel | undefined;
}

/**
 * Figures of the stages of rows, a row for each stage: `place state standing entered departed began reached reached_rate average_days median_days`, and
 * `average_working_days median_working_days`. A stay in a stage begins on the day of the step that led to it, or on the day of the change where no step
 * made it, and ends on that of the next one that led elsewhere. A row begins where the viewer sees how it was new. What is not known to have been on a day is in no period that has bounds.
 */
export function stageFiguresSql({ entity, stage, rows, wanted, from, to, calendar }: FiguresOf): Sql {
  const { column, lifecycle } = stage;
  const states = Object.keys(lifecycle.states).map((state, at) => sql`(${sql.lit(state)}, ${sql.lit(at)})`);
  const within = (day: Sql): Sql =>
    allOf([from === undefined ? undefined : sql`${day} >= ${from}`, to === undefined ? undefined : sql`${day} <= ${to}`]) ?? sql`true`;
  const began = sql`s.nth = 1 and s.new and ${within(sql`s.day`)}`;
  const left = sql`s.ended and ${within(sql`s.until`)}`;
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
${calendar === undefined ? sql`` : sql`worked as (${workedSql(calendar)}),`}
spent as (select s.*, greatest(s.until - s.day, 0) as days, ${spent}),
standing as (${to === undefined ? sql`select a.stage as state from asked a` : sql`select distinct on (s.id) s.state from stays s where s.day <= ${to} order by s.id, s.nth desc`}),
started as (select s.id from stays s where ${began}),
figures as (
  select s.state, count(*) filter (where ${within(sql`s.day`)}) as entered, count(*) filter (where ${left}) as departed,
    count(*) filter (where ${began}) as began, count(distinct s.id) filter (where s.id in (select id from started)) as reached,
    ${average("days")} as average_days, ${median("days")} as median_days,
    ${average("working_days")} as average_working_days, ${median("working_days")} as median_working_days
  from spent s group by s.state)
select p.state, p.place, (select count(*) from standing t where t.state = p.state) as standing,
  ${joined(["entered", "departed", "began", "reached"].map((name) => sql`coalesce(${sql.id("f", name)}, 0) as ${sql.id(name)}`))},
  round(100.0 * coalesce(f.reached, 0) / nullif((select count(*) from started), 0), 2) as reached_rate,
  f.average_days, f.median_days, f.average_working_days, f.median_working_days
from (values ${joined(states)}) p (state, place) left join figures f on f.state = p.state`;
}

/** How many working days there were up to each day on which a stay began or ended, and those between. */
function workedSql(calendar: EntityModel): Sql {
  const [date, kind] = [columnOf(calendar, "date"), columnOf(calendar, "kind")].map(({ column }) => sql.id("c", column));
  return sql`select d.day, sum(case when ${kind} = 'HOLIDAY' then 0 when ${kind} is not null then 1 when extract(isodow from d.day) < 6 then 1 else 0 end)
    over (order by d.day) as worked
  from (select e.first + n as day from (select min(day) as first, max(greatest(day, until)) as last from stays) e, generate_series(0, e.last - e.first) n) d
  left join ${sql.id(calendar.table)} as c on ${date} = d.day`;
}
