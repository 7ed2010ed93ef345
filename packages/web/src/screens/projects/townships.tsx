import type { CSSProperties, ReactNode } from "react";

import { counted, yi } from "../format.ts";
import { Panel } from "../shell/panel.tsx";
import type { Share } from "./figures.ts";

/** Every township in its usual place, those with more investment lighter; a tile of its own for projects sited in none of them. */
export function Townships({ townships }: { readonly townships: readonly Share[] | undefined }): ReactNode {
  const shares = townships ?? [];
  const largest = Math.max(...shares.map(({ investment }) => Number(investment)), 1);
  const layout = { "--columns": Math.max(1, Math.ceil(shares.length / 4)), "--columns-wide": Math.max(1, Math.ceil(shares.length / 6)) };
  return (
    <Panel name="townships" title="乡镇" note="个数 · 总投资（亿元），颜色越亮投资越多">
      <ol style={layout as CSSProperties}>
        {shares.map((share) => (
          // a root, so that one giant leaves the others tellable
          <li
            key={share.code}
            className={share.count === 0 ? "none" : ""}
            style={{ "--heat": Math.sqrt(Number(share.investment) / largest) } as CSSProperties}
          >
            <span className="label">{share.label}</span>
            <span className="count">{counted(share.count)}</span>
            <span className="amount">{yi(share.investment)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
