import type { ReactNode } from "react";
import { useEffect, useState } from "react";

import { later, readMoment } from "../format.ts";

/**
 * The platform's time: a demo's stands still and says so, the real one goes on from the moment it was read at (`readAt`, milliseconds of this
 * machine's clock, which need not be right: only what has passed since counts).
 */
export function Clock(props: { readonly now: string; readonly demo: boolean; readonly readAt: number }): ReactNode {
  const passed = usePassed(props.readAt, !props.demo);
  const { date, time } = readMoment(props.demo ? props.now : later(props.now, passed));
  return (
    <p className="clock">
      {props.demo ? <strong>演示时间</strong> : undefined}
      <span className="date">{date}</span>
      <span className="time">{time}</span>
    </p>
  );
}

function usePassed(since: number, ticking: boolean): number {
  const [now, setNow] = useState(since);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return Math.max(0, now - since);
}
