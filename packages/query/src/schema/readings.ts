import { pinyin } from "pinyin-pro";

const FIRST = 0x4e00;
const LAST = 0x9fff;

/** More ways to read a word as whole syllables than any word has that somebody means. */
const MOST_SPELLINGS = 16;

/** How the Chinese characters of U+4E00 to U+9FFF are read: 拼音 without tones, ü as `v`; a character has all its readings. */
export class Readings {
  #syllables: ReadonlyMap<string, string> | undefined;
  readonly #initials = new Map<string, string>();

  /**
   * The characters that have a reading which begins with a letter, for between the brackets of a regular expression: in the order of their
   * code points, neighbours as ranges, since PostgreSQL compares the whole expression for each row.
   */
  startingWith(letter: string): string {
    const known = this.#initials.get(letter);
    if (known !== undefined) return known;
    const read = [...this.#all()].filter(([syllable]) => syllable.startsWith(letter)).flatMap(([, characters]) => Array.from(characters));
    const characters = withRanges([...new Set(read)].sort());
    this.#initials.set(letter, characters);
    return characters;
  }

  /**
   * The ways to read letters as whole syllables, longer ones first: `xian` is 先 and 西安.
   *
   * @returns the characters of each syllable; no way where letters would be left over
   */
  spellings(letters: string): readonly (readonly string[])[] {
    const syllables = this.#all();
    const found: string[][] = [];
    const read = (rest: string, before: readonly string[]): void => {
      if (rest === "") found.push([...before]);
      for (let length = Math.min(LONGEST_SYLLABLE, rest.length); length > 0 && found.length < MOST_SPELLINGS; length -= 1) {
        const characters = syllables.get(rest.slice(0, length));
        if (characters !== undefined) read(rest.slice(length), [...before, characters]);
      }
    };
    read(letters, []);
    return found;
  }

  /** Made when somebody first searches by letters: the whole block takes a few tenths of a second. */
  #all(): ReadonlyMap<string, string> {
    return (this.#syllables ??= charactersBySyllable());
  }
}

function withRanges(characters: readonly string[]): string {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  let text = "";
  for (let at = 0, end = 0; at < codes.length; at = end) {
    while (end < codes.length && codes[end] === (codes[at] ?? 0) + end - at) end += 1;
    text += end - at > 2 ? `${characters[at] ?? ""}-${characters[end - 1] ?? ""}` : characters.slice(at, end).join("");
  }
  return text;
}

const LONGEST_SYLLABLE = "zhuang".length;

function charactersBySyllable(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let code = FIRST; code <= LAST; code += 1) {
    const character = String.fromCodePoint(code);
    for (const reading of new Set(pinyin(character, { multiple: true, toneType: "none", type: "array", v: true }))) {
      if (/^[a-z]+$/.test(reading)) found.set(reading, (found.get(reading) ?? "") + character);
    }
  }
  return found;
}
