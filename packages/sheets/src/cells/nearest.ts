import leven from "leven";

import { matchingForm } from "./text.ts";

/**
 * The name that a text is most likely meant for: one that it abbreviates by leaving characters out (发改局 for 发展和改革局), else one with a third of
 * its characters different at most. `undefined` where nothing is near.
 */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  const wanted = matchingForm(text);
  if (wanted === "") return undefined;
  let abbreviated: { readonly name: string; readonly length: number } | undefined;
  let near: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const candidate = matchingForm(name);
    if (wanted.length > 1 && isAbbreviation(wanted, candidate) && candidate.length < (abbreviated?.length ?? Infinity)) {
      abbreviated = { name, length: candidate.length };
    }
    const tooFar = near?.distance ?? Math.max(1, Math.floor(wanted.length / 3)) + 1;
    if (Math.abs(candidate.length - wanted.length) >= tooFar) continue;
    const distance = leven(wanted, candidate, { maxDistance: tooFar });
    if (distance < tooFar && distance < Math.max(candidate.length, wanted.length)) near = { name, distance };
  }
  return near?.distance === 1 ? near.name : (abbreviated?.name ?? near?.name);
}

/** A name that is perhaps the same one written otherwise: one character apart, or one of them the other with a few left out. */
export function similarName(text: string, names: Iterable<string>): string | undefined {
  const wanted = matchingForm(text);
  for (const name of names) {
    const candidate = matchingForm(name);
    const [short, long] = wanted.length < candidate.length ? [wanted, candidate] : [candidate, wanted];
    if (short.length < 4 || short.length * 2 < long.length) continue;
    if (isAbbreviation(short, long) || leven(short, long, { maxDistance: 2 }) === 1) return name;
  }
  return undefined;
}

function isAbbreviation(short: string, long: string): boolean {
  if (short.length >= long.length) return false;
  let at = 0;
  for (const character of long) if (character === short[at]) at += 1;
  return at === short.length;
}
