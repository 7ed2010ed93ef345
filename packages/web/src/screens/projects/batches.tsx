import type { ReactNode } from "react";

import { counted, daysBetween, monthDay } from "../format.ts";
import { Figure } from "../shell/figure.tsx";
import { Cells } from "./cells.tsx";
import type { Batch } from "./figures.ts";

const numerals = ["", "一", "二", "三", "四"] as const;
const unknown: readonly (Partial<Batch> & Pick<Batch, "number">)[] = [1, 2, 3, 4].map((number) => ({ number }));

/** The quarterly batches: how many were to start, have started, are late; every project is one cell. */
export function Batches(props: { readonly batches: readonly Batch[] | undefined; readonly today: string | undefined }): ReactNode {
  const batches = props.batches ?? unknown;
  // one scale for all, so that a batch of half the projects looks like half
  const room = Math.max(...batches.map(({ planned }) => planned ?? 0));
  return (
    <section className="batches" aria-label="分批开工">
      {batches.map((batch) => (
        <One key={batch.number ?? 0} batch={batch} room={room} today={props.today} />
      ))}
    </section>
  );
}

function One(props: { readonly batch: Partial<Batch>; readonly room: number; readonly today: string | undefined }): ReactNode {
  const { batch, room, today } = props;
  const { number, deadline, planned, started, overdue, waiting } = batch;
  return (
    <div className="panel batch">
      <div className="panel-head">
        <h2>{number === undefined ? "未列批次" : `第${numerals[number] ?? number}批`}</h2>
        <p className="note">
          {deadline === undefined || today === undefined ? "" : `${monthDay(deadline)}前开工 · ${left(today, deadline)}`}
        </p>
      </div>
      <Cells started={started ?? 0} overdue={overdue ?? 0} waiting={waiting ?? 0} room={room} />
      <dl className="counts">
        <Count name="计划" tone="planned" value={planned} />
        <Count name="已开工" tone="started" value={started} />
        <Count name="逾期" tone={overdue === undefined || overdue === 0 ? "none" : "overdue"} value={overdue} />
      </dl>
    </div>
  );
}

function left(today: string, deadline: string): string {
  const days = daysBetween(today, deadline);
  return days < 0 ? "已到期" : `剩${days}天`;
}

function Count({ name, tone, value }: { readonly name: string; readonly tone: string; readonly value: number | undefined }): ReactNode {
  return (
    <div className={tone}>
      <dt>{name}</dt>
      <dd>
        <Figure value={value === undefined ? undefined : counted(value)} />
      </dd>
    </div>
  );
}
