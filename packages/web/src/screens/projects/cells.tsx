import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";

import type { Progress } from "./figures.ts";

const pitch = 10;
const side = 8;
// a handful of projects should not become a handful of giants
const fewest = 30;

/** One small square for each project: the started ones, then the late ones, then those whose deadline has not come. `room` is for how many. */
export function Cells(props: Omit<Progress, "planned"> & { readonly room: number }): ReactNode {
  const svg = useRef<SVGSVGElement>(null);
  const aspect = useAspect(svg);
  const states = [
    ...Array<string>(props.started).fill("started"),
    ...Array<string>(props.overdue).fill("overdue"),
    ...Array<string>(props.waiting).fill("waiting"),
  ];
  const { columns, rows } = gridFor(Math.max(props.room, fewest), aspect);
  return (
    <svg ref={svg} className="cells" viewBox={`0 0 ${columns * pitch} ${rows * pitch}`} preserveAspectRatio="xMinYMid" aria-hidden="true">
      {states.map((state, index) => (
        <rect
          // a project has no place of its own: the cell does
          key={index}
          className={state}
          x={(index % columns) * pitch + 1}
          y={Math.floor(index / columns) * pitch + 1}
          width={side}
          height={side}
          rx={1.5}
        />
      ))}
    </svg>
  );
}

/** The columns and rows that let so many squares be largest in a box `aspect` times as wide as high. */
export function gridFor(cells: number, aspect: number): { readonly columns: number; readonly rows: number } {
  let best = { columns: cells, rows: 1 };
  for (let columns = 1; columns < cells; columns += 1) {
    const grid = { columns, rows: Math.ceil(cells / columns) };
    if (sizeIn(grid, aspect) > sizeIn(best, aspect)) best = grid;
  }
  return best;
}

function sizeIn({ columns, rows }: { readonly columns: number; readonly rows: number }, aspect: number): number {
  return Math.min(aspect / columns, 1 / rows);
}

function useAspect(element: { readonly current: Element | null }): number {
  const [aspect, setAspect] = useState(4);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      if (width > 0 && height > 0) setAspect(width / height);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return aspect;
}
