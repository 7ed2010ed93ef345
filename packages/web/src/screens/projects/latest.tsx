import type { ReactNode } from "react";

import { monthDay, yi } from "../format.ts";
import { Panel } from "../shell/panel.tsx";
import type { LatestStart } from "./answer.ts";

/** The projects that started last, the newest first. */
export function Latest({ latest }: { readonly latest: readonly LatestStart[] | undefined }): ReactNode {
  return (
    <Panel name="latest" title="最近开工">
      <ol>
        {(latest ?? []).map((project) => (
          <li key={project.code}>
            <span className="label">{project.name}</span>
            <span className="detail">
              {project.actualStart === null ? undefined : <span className="day">{monthDay(project.actualStart)}</span>}
              {[project.township?.name, `${yi(project.totalInvestment)}亿元`].filter((part) => part !== undefined).join(" · ")}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
