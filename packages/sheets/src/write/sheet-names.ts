const LONGEST = 31;

/** Names of worksheets as Excel takes them: without its signs, not too long, each its own. */
export function sheetNames(wanted: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return wanted.map((name, at) => {
    const plain = name
      .replaceAll(/[[\]:*?/\\\p{Cc}]/gu, " ")
      .trim()
      .replaceAll(/^'+|'+$/g, "");
    const sound = plain === "" || plain.toLowerCase() === "history" ? `Sheet${at + 1}` : plain;
    let [candidate, number] = [cut(sound, LONGEST), 1];
    while (taken.has(candidate.toLowerCase())) {
      number += 1;
      candidate = `${cut(sound, LONGEST - 1 - String(number).length)}_${number}`;
    }
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** As many characters as fit, none of them halved. */
function cut(text: string, length: number): string {
  let short = "";
  for (const character of text) {
    if (short.length + character.length > length) break;
    short += character;
  }
  return short;
}
