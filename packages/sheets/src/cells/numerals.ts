const DIGITS = "零一二三四五六七八九";
const ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
const COUNTED = /(批次|季度|期|批|组|级|类|号|名|位|个|家|户|项|人|台|套|年|月|日|天)$/u;

/** Reads a whole number as people count: `3`, `1,200`, 三, 第三批, 十二, Ⅲ. `undefined` for anything else. `text` is compact. */
export function wholeNumber(text: string): number | undefined {
  const bare = text.replace(/^第/u, "").replace(COUNTED, "");
  if (/^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.0+)?$/.test(bare)) return Number(bare.replaceAll(",", ""));
  const roman = ROMAN.indexOf(bare.toLowerCase());
  return roman >= 0 ? roman + 1 : chineseNumeral(bare);
}

/** 〇 to 九十九: what ordinals of batches, quarters and phases need. */
function chineseNumeral(text: string): number | undefined {
  const plain = text.replaceAll("〇", "零").replaceAll("两", "二");
  if (plain.length === 1 && DIGITS.includes(plain)) return DIGITS.indexOf(plain);
  const match = /^([一二三四五六七八九]?)十([一二三四五六七八九]?)$/u.exec(plain);
  if (match === null) return undefined;
  const [, tens = "", ones = ""] = match;
  return (tens === "" ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === "" ? 0 : DIGITS.indexOf(ones));
}
