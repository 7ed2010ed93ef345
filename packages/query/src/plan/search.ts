import type { Readings } from "../schema/readings.ts";
import { InputError } from "./input-error.ts";
import { arrayText, plainText } from "./operands.ts";
import { bound, type Sql } from "./sql.ts";

/** A longer one is no search: its expressions would take PostgreSQL a second and more. */
const LONGEST_SEARCH = 64;

/** Between two characters any white space may stand; spelled out, since `\s` knows no U+3000 under collation "C". */
const GAP = "[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*";

/** Binds what is searched for: one regular expression for each word, all of which a text has to match. No word is no condition. */
export function searchOperand(readings: Readings, source: unknown): Sql {
  return bound("text[]", source, (given) => arrayText(wordsOf(plainText(given)).map((word) => expressionOf(word, readings))));
}

function wordsOf(search: string): readonly string[] {
  const { length } = Array.from(search);
  if (length <= LONGEST_SEARCH) return search.split(/\s+/u).filter((word) => word !== "");
  throw new InputError(
    `search 有 ${length} 个字符：至多 ${LONGEST_SEARCH} 个，请缩短。`,
    `search has ${length} characters: at most ${LONGEST_SEARCH}, shorten it.`,
  );
}

/** The regular expression of one word: its runs of letters, and its other characters one by one. */
function expressionOf(word: string, readings: Readings): string {
  const folded = Array.from(word)
    .map((character) => lowerCase(halfWidth(character)))
    .join("");
  return (folded.match(/[a-z]+|[^a-z]/gu) ?? []).map((part) => (/^[a-z]/.test(part) ? lettersOf(part, readings) : oneOf(part))).join(GAP);
}

/** Each letter is itself or a character read from it on; or the letters together are whole syllables. */
function lettersOf(letters: string, readings: Readings): string {
  const each = Array.from(letters)
    .map((letter) => oneOf(letter, readings.startingWith(letter)))
    .join(GAP);
  const whole = readings.spellings(letters).map((syllables) => syllables.map((characters) => `[${characters}]`).join(GAP));
  return `(?:${[each, ...whole].join("|")})`;
}

/** A character in either case and width, or one of others. */
function oneOf(character: string, others = ""): string {
  const upper = character.toUpperCase();
  const cases = isOne(upper) ? [character, upper] : [character];
  const variants = new Set(cases.flatMap((one) => [one, fullWidth(one)]));
  return `[${[...variants].map(escaped).join("")}${others}]`;
}

function escaped(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1;
}

function lowerCase(character: string): string {
  const lower = character.toLowerCase();
  return isOne(lower) ? lower : character;
}

/** How far a full-width form stands behind its character. */
const WIDTHS = 0xff01 - 0x21;

function halfWidth(character: string): string {
  return /[\uff01-\uff5e]/u.test(character) ? String.fromCodePoint((character.codePointAt(0) ?? 0) - WIDTHS) : character;
}

function fullWidth(character: string): string {
  return /[!-~]/.test(character) ? String.fromCodePoint((character.codePointAt(0) ?? 0) + WIDTHS) : character;
}
