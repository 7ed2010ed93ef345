import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { PUBLISHED_DAYS, publishedDaysSource } from "../calendar/published-days.ts";

test("the days with which a county's calendar begins are those that were published", async () => {
  expect(await readFile(new URL(`../../${PUBLISHED_DAYS}`, import.meta.url), "utf8")).toBe(publishedDaysSource());
});
