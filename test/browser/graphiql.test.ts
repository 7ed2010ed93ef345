import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser } from "./support/browser.ts";
import type { Platform } from "./support/platform.ts";
import { openPlatform } from "./support/platform.ts";
import { visit } from "./support/visit.ts";

let platform: Platform;
let browser: Browser;

beforeAll(async () => {
  [platform, browser] = await Promise.all([openPlatform(), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await platform.close();
});

test("GraphiQL opens without the internet, runs a query, follows a subscription and shows the documentation", async () => {
  const { page, complaints, close } = await visit(browser, `${platform.url}/graphiql`, { width: 1400, height: 1000 });
  // the button offers the operations once the editor has read them; before, it would run the document as a whole
  const run = page.locator('.graphiql-execute-button[aria-haspopup="menu"]');
  const response = page.locator(".result-window");

  await run.click();
  await page.getByRole("menuitem", { name: "Projects", exact: true }).click();
  const [{ count } = { count: null }] = await platform.sql("select count(*)::text as count from project");
  await expect.poll(async () => response.textContent()).toContain(`"totalCount":${String.fromCharCode(160)}${count}`);

  await run.click();
  await page.getByRole("menuitem", { name: "ProjectStarted", exact: true }).click();
  await page.getByRole("button", { name: "Stop query" }).waitFor();
  const [{ code } = { code: null }] = await platform.sql("select code from project where stage = 'PREPARATORY' order by code limit 1");
  await platform.sql("update project set stage = 'STARTED', actual_start = '2023-11-20' where code = $1", [code ?? ""]);
  await expect.poll(async () => response.textContent()).toContain(code);

  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.getByText("A GraphQL schema provides a root type").waitFor();
  expect(complaints).toEqual([]);
  await close();
});
