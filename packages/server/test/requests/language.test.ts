import { expect, test } from "vitest";

import { languageOf } from "../../src/requests/language.ts";

test.each([
  [undefined, "zh"],
  ["", "zh"],
  ["*", "zh"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
  ["en-GB,en;q=0.9", "en"],
  ["en;q=0.5,zh-TW;q=0.9", "zh"],
  ["fr,de", "zh"],
  ["not a header;;;", "zh"],
] as const)("Accept-Language %s is answered in %s", (accepted, language) => expect(languageOf(accepted)).toBe(language));
