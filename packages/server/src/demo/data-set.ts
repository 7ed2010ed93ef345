import type { Statement, StatementResult } from "@xianmai/database";
import { fixedClock, instant, systemClock, type Clock, type Instant, type Label } from "@xianmai/plugin-api";

/** Invented data that was loaded, and where the clock stands in it. */
export interface DataSet {
  readonly label: Label;
  readonly clock: Instant;
}

const LATEST: Statement = {
  text: `select label_zh, label_en, to_char(clock at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    from xm.dataset where clock is not null order by clock desc, name desc limit 1`,
  values: [],
};

/** The invented data that a database holds; the latest clock where plugins brought several, `undefined` where there is none. */
export async function loadedDataSet(
  send: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>,
): Promise<DataSet | undefined> {
  const [result] = await send([LATEST]);
  const [zh = "", en = "", at = ""] = (result?.rows[0] ?? []).map((cell) => cell ?? "");
  const clock = instant(at);
  return clock === undefined ? undefined : { label: { zh, en }, clock };
}

/** The platform's time: it stands still where invented data says so, else it is the machine's. */
export function clockFor(dataSet: DataSet | undefined, timeZone: string): Clock {
  return dataSet === undefined ? systemClock(timeZone) : fixedClock(dataSet.clock, timeZone, true);
}
