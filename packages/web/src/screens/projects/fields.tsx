import type { CSSProperties, ReactNode } from "react";

import { counted, yi } from "../format.ts";
import { Panel } from "../shell/panel.tsx";
import { upTo } from "./figures.ts";
import type { Share } from "./figures.ts";

const most = 10;

/** Projects and investment by field, the largest investment first. */
export function Fields({ fields }: { readonly fields: readonly Share[] | undefined }): ReactNode {
  const shares = upTo(most, fields ?? []);
  const largest = Math.max(...shares.map(({ investment }) => Number(investment)), 1);
  return (
    <Panel name="fields" title="领域" note="个数 · 总投资（亿元）">
      <ol>
        {shares.map((share) => (
          <li key={share.code} style={{ "--share": Number(share.investment) / largest } as CSSProperties}>
            <span className="label">{share.label}</span>
            <span className="bar" />
            <span className="count">{counted(share.count)}</span>
            <span className="amount">{yi(share.investment)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
