import type { ReactNode } from "react";

import type { Link } from "../link/live-answer.ts";
import { Clock } from "../shell/clock.tsx";
import type { ProjectsAnswer } from "./answer.ts";
import type { Figures } from "./figures.ts";

const words: Readonly<Record<Link, string>> = { connecting: "正在接入", live: "实时", polling: "每10秒刷新", lost: "连接中断" };

/** Whose projects these are, of which year, and how true: the connection, the clock, and whether the data is invented. */
export function Header(props: {
  readonly platform: ProjectsAnswer["platform"] | undefined;
  readonly readAt: number | undefined;
  readonly figures: Figures | undefined;
  readonly link: Link;
}): ReactNode {
  const { platform, readAt, figures, link } = props;
  const demo = platform?.demo;
  return (
    <header className="header">
      <h1>
        <span className="county">{figures?.county ?? ""}</span>重点项目
        <span className="year">{figures === undefined ? "" : `${figures.year}年度`}</span>
      </h1>
      {demo === undefined || demo === null ? undefined : <p className="invented">{demo.label}</p>}
      <p className="link">{words[link]}</p>
      {platform === undefined || readAt === undefined ? undefined : <Clock {...platform.clock} readAt={readAt} />}
    </header>
  );
}
