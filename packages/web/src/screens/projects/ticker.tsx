import type { ReactNode } from "react";

import { readLocal, readMoment, yi } from "../format.ts";
import type { Link, LiveState } from "../link/live-answer.ts";
import type { ProjectsAnswer, StartedEvent } from "./answer.ts";

type State = LiveState<ProjectsAnswer, StartedEvent>;

/** The line at the foot: what just started, or, while the server is away, that it is and how old the figures are. */
export function Ticker({ events, link, failure, readAt }: Pick<State, "events" | "link" | "failure" | "readAt">): ReactNode {
  return (
    <footer className="ticker" role="status" aria-label="动态">
      {link === "lost" ? <Lost failure={failure} readAt={readAt} /> : <News events={events} link={link} />}
    </footer>
  );
}

function Lost({ failure, readAt }: Pick<State, "failure" | "readAt">): ReactNode {
  const what = failure === "refused" ? "服务器答复有误，正在重试" : "连接中断，正在重连";
  return (
    <p className="lost">
      <strong>{what}</strong>
      {readAt === undefined ? "尚未读到数据" : `数据截至 ${readLocal(readAt)}`}
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
