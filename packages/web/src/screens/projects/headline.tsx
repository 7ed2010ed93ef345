import type { ReactNode } from "react";

import { counted, percent, yi } from "../format.ts";
import { Figure } from "../shell/figure.tsx";
import type { Figures } from "./figures.ts";

// what stands beside its unit at full size
const widest = 8;

/** The year in four figures. */
export function Headline({ figures }: { readonly figures: Figures | undefined }): ReactNode {
  const { projects, continuing, progress } = figures ?? {};
  const { planned, started, overdue, waiting } = progress ?? {};
  return (
    <section className="headline" aria-label="年度数字">
      <One title="年度项目" value={show(projects)} unit="个">
        新开工 {show(planned) ?? "—"} · 续建 {show(continuing) ?? "—"}
      </One>
      <One title="已开工" tone="started" value={show(started)} unit="个">
        占新开工计划 {planned === undefined || started === undefined ? "—" : percent(started, planned)}
      </One>
      <One title="未开工" value={waiting === undefined || overdue === undefined ? undefined : counted(waiting + overdue)} unit="个">
        <span className={overdue === undefined || overdue === 0 ? "" : "overdue"}>其中逾期 {show(overdue) ?? "—"} 个</span>
      </One>
      <One title="总投资" tone="investment" value={figures === undefined ? undefined : yi(figures.investment)} unit="亿元">
        打包项目只计一次
      </One>
    </section>
  );
}

function One(props: {
  readonly title: string;
  readonly value: string | undefined;
  readonly unit: string;
  readonly tone?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={`one ${props.tone ?? ""}`}>
      <h2>{props.title}</h2>
      <p className={(props.value?.length ?? 0) > widest ? "value long" : "value"}>
        <Figure value={props.value} />
        <span className="unit">{props.unit}</span>
      </p>
      <p className="note">{props.children}</p>
    </div>
  );
}

function show(count: number | undefined): string | undefined {
  return count === undefined ? undefined : counted(count);
}
