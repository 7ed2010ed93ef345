/**
 * Shows moments in a time zone: `2023-11-20T01:00:00.000Z` reads `2023-11-20T09:00:00.000+08:00` in Shanghai.
 *
 * @param timeZone IANA name
 * @returns a function that leaves what is no moment as it is
 */
export function inZone(timeZone: string): (text: string) => string {
  const offset = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (text) => {
    const time = Date.parse(text);
    if (Number.isNaN(time)) return text;
    const name = offset.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
    // "GMT" alone stands for no offset
    const shown = name === "GMT" ? "+00:00" : name.slice(3, 9);
    return `${new Date(time + minutesOf(shown) * 60_000).toISOString().slice(0, 23)}${shown}`;
  };
}

function minutesOf(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return offset.startsWith("-") ? -minutes : minutes;
}
