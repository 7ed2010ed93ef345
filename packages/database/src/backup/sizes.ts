import type { Label } from "@xianmai/plugin-api";

/** What was moved, for progress lines. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** How many files these are, and how large. */
export function amountOf(files: readonly { readonly size: number }[]): Amount {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** A number of bytes for people: `45.3 MB`. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}

/** A stopwatch: gives the seconds since it was made, `1.2`. */
export function stopwatch(): () => string {
  const began = performance.now();
  return () => ((performance.now() - began) / 1000).toFixed(1);
}

/** A line such as `数据库 1,312 个文件 files, 45.3 MB, 0.8 s`, in either language. */
export function amountLine(what: Label, { files, bytes }: Amount, seconds: string): Label {
  const count = files.toLocaleString("en-US");
  return {
    zh: `${what.zh}：${count} 个文件，${sizeText(bytes)}，${seconds} 秒`,
    en: `${what.en}: ${count} files, ${sizeText(bytes)}, ${seconds} s`,
  };
}
