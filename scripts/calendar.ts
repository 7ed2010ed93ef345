// node scripts/calendar.ts: writes the days with which a county's work calendar begins, where organization finds them
import { writeFile } from "node:fs/promises";

import { PUBLISHED_DAYS, publishedDaysSource } from "./calendar/published-days.ts";

await writeFile(new URL(`../${PUBLISHED_DAYS}`, import.meta.url), publishedDaysSource());
console.log(`已写入 Written: ${PUBLISHED_DAYS}`);
