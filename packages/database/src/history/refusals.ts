import { Refusal, type Instant } from "@xianmai/plugin-api";

/** @param now where the moments stand, in their own time */
export function momentInFuture(at: Instant, now: string): Refusal {
  return new Refusal(
    "MOMENT_IN_FUTURE",
    { zh: `时刻 ${at} 尚未到来：现在是 ${now}。`, en: `The time ${at} is still to come: it is ${now} now.` },
    { zh: "请给出不晚于现在的时刻。", en: "Give a time that is not later than now." },
  );
}

/** @param first the earliest recorded moment, where there is one */
export function momentBeforeRecords(at: Instant, first: string | undefined): Refusal {
  return new Refusal(
    "MOMENT_BEFORE_RECORDS",
    {
      zh: `时刻 ${at} 没有记录：${first === undefined ? "尚未记录任何时刻" : `最早的记录是 ${first}`}。`,
      en: `Nothing is known of the time ${at}: ${first === undefined ? "no moment has been recorded yet" : `the first recorded moment is ${first}`}.`,
    },
    first === undefined
      ? { zh: "请在服务器运行后再试。", en: "Try again once a server has run." }
      : { zh: `请给出 ${first} 或更晚的时刻。`, en: `Give ${first} or a later time.` },
  );
}

/** A text that is no moment of this database. */
export function momentUnknown(text: string): Refusal {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new Refusal(
    "MOMENT_UNKNOWN",
    {
      zh: `“${shown}”不是这个数据库经历过的时刻：可能不完整、来自另一个数据库，或来自恢复备份之前未保留的部分。`,
      en: `"${shown}" is no moment of this database: it is cut off, of another database, or of what was lost when a backup was restored.`,
    },
    {
      zh: "请原样使用应答中 extensions.moment 的值，或改用时间。",
      en: "Hand back the value of extensions.moment as it came with an answer, or give a time instead.",
    },
  );
}
