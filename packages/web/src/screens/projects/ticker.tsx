import type { ReactNode } from "react";

import { readMachine, readMoment, yi } from "../format.ts";
import type { Link, LiveState } from "../link/live-answer.ts";
import type { ProjectsAnswer, StartedEvent } from "./answer.ts";

type State = LiveState<ProjectsAnswer, StartedEvent>;

/** The line at the foot: what just started, or, while the server is away, that it is and how old the figures are. */
export function Ticker(props: { readonly state: State }): ReactNode {
  const { link, events } = props.state;
  return (
    <footer className="ticker" role="status" aria-label="动态">
      {link === "lost" ? <Lost state={props.state} /> : <News events={events} link={link} />}
    </footer>
  );
}

function Lost({ state: { answer, readAt, failure } }: { readonly state: State }): ReactNode {
  return (
    <p className="lost">
      <strong>{failure === "refused" ? "服务器答复有误，正在重试" : "连接中断，正在重连"}</strong>
      {answer === undefined || readAt === undefined ? "尚未读到数据" : `数据截至 ${readMachine(readAt, answer.platform.clock.now)}`}
    </p>
  );
}

function News({ events, link }: { readonly events: readonly StartedEvent[]; readonly link: Link }): ReactNode {
  if (events.length === 0) {
    return <p className="quiet">{link === "connecting" ? "正在接入…" : "新的开工将即时显示在这里"}</p>;
  }
  return (
    <ol>
      {events.map(({ cursor, at, project }) => (
        <li key={`${cursor} ${project?.code ?? ""}`}>
          <span className="time">{at === null ? "" : readMoment(at).time}</span>
          开工<strong>{project?.name}</strong>
          <span className="detail">{project === null ? "" : detailOf(project)}</span>
        </li>
      ))}
    </ol>
  );
}

function detailOf({ township, field, totalInvestment }: NonNullable<StartedEvent["project"]>): string {
  const parts = [township?.name, field?.label, `${yi(totalInvestment)}亿元`];
  return parts.filter((part) => part !== undefined).join(" · ");
}
