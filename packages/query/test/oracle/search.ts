import { pinyin } from "pinyin-pro";

/** Whether a text is found by a search, said once more: character after character, without any expression. */
export function isFound(text: string, search: string): boolean {
  const characters = Array.from(plain(text)).filter((one) => one.trim() !== "");
  const words = plain(search).split(/\s+/u).filter(Boolean);
  return words.every((word) => characters.some((_one, at) => startsAt(characters.slice(at), partsOf(word))));
}

function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Runs of letters, and all else one by one. */
function partsOf(word: string): readonly string[] {
  return word.split(/([a-z]+)/u).flatMap((part) => (/^[a-z]/.test(part) ? [part] : Array.from(part)));
}

function startsAt(text: readonly string[], [part, ...rest]: readonly string[]): boolean {
  if (part === undefined) return true;
  const goesOn = (count: number): boolean => startsAt(text.slice(count), rest);
  if (text.length === 0) return false;
  if (!/^[a-z]/.test(part)) return text[0] === part && goesOn(1);
  const letterwise =
    text.length >= part.length && Array.from(part).every((letter, at) => text[at] === letter || initials(text[at]!).includes(letter));
  return (letterwise && goesOn(part.length)) || syllablewise(text, part).some(goesOn);
}

function initials(character: string): readonly string[] {
  return readings(character).map((reading) => reading[0]!);
}

/** How many characters the letters may be, each read as a whole. */
function syllablewise(text: readonly string[], letters: string): readonly number[] {
  if (letters === "") return [0];
  const [first, ...rest] = text;
  if (first === undefined) return [];
  return readings(first)
    .filter((reading) => letters.startsWith(reading))
    .flatMap((reading) => syllablewise(rest, letters.slice(reading.length)).map((count) => count + 1));
}

function readings(character: string): readonly string[] {
  return /[\u4e00-\u9fff]/.test(character) ? pinyin(character, { multiple: true, toneType: "none", type: "array", v: true }) : [];
}
