import "./projects.css";

import type { ReactNode } from "react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { createLiveAnswer } from "../link/live-answer.ts";
import type { ProjectsAnswer, StartedEvent } from "./answer.ts";
import { Batches } from "./batches.tsx";
import { Fields } from "./fields.tsx";
import { figuresOf } from "./figures.ts";
import { Header } from "./header.tsx";
import { Headline } from "./headline.tsx";
import { Latest } from "./latest.tsx";
import document from "./projects.graphql?raw";
import subscription from "./started.graphql?raw";
import { Ticker } from "./ticker.tsx";
import { Townships } from "./townships.tsx";

/** The large screen of the key projects: the year's figures, batches, fields, townships, latest starts, and a ticker of what just started. */
export function ProjectsScreen(): ReactNode {
  const [live] = useState(() =>
    createLiveAnswer<ProjectsAnswer, StartedEvent>({
      document,
      subscription: { document: subscription, field: "projectStarted" },
      now: Date.now,
      random: Math.random,
    }),
  );
  useEffect(() => live.start(), [live]);
  const state = useSyncExternalStore(live.subscribe, live.state);
  const { answer, readAt, link } = state;
  const figures = useMemo(() => (answer === undefined ? undefined : figuresOf(answer)), [answer]);

  return (
    <main className="screen" data-link={link}>
      <Header platform={answer?.platform} readAt={readAt} figures={figures} link={link} />
      <Headline figures={figures} />
      <Batches batches={figures?.batches} today={answer?.platform.clock.today} />
      <Fields fields={figures?.fields} />
      <Townships townships={figures?.townships} />
      <Latest latest={figures?.latest} />
      <Ticker state={state} />
    </main>
  );
}
