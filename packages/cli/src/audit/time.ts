/** Writes a moment as people of the county read it: `2023-11-20 09:00:00`. */
export function localTime(timeZone: string): (at: string) => string {
  // Swedish dates are ISO's
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => format.format(Date.parse(at));
}
