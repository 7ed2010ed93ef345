import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { openBrowser } from "./support/browser.ts";
import type { Platform } from "./support/platform.ts";
import { openPlatform } from "./support/platform.ts";
import { cutOff, shownFigures, untilLive } from "./support/screen.ts";
import { visit } from "./support/visit.ts";

const wall = { width: 1920, height: 1080 };
const doubleWall = { width: 3840, height: 1080 };

let platform: Platform;
let browser: Browser;
let screen: string;

beforeAll(async () => {
  [platform, browser] = await Promise.all([openPlatform(), openBrowser()]);
  screen = `${platform.url}/screens/projects`;
});

// a test that failed while it had the server ended takes no other along
beforeEach(async () => platform.start());

afterAll(async () => {
  await browser.close();
  await platform.close();
});

/** 年度项目, counted by PostgreSQL: money is in 分. */
const inTheYear = "project.nature in ('NEW_START', 'CONTINUING') and project.parent_id is null and project.stage <> 'WITHDRAWN'";
const hasStarted = "stage in ('STARTED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'IN_PRODUCTION', 'SUSPENDED')";
const inYi = "to_char(round(coalesce(sum(total_investment), 0) / 1e10, 2), 'FM999,999,990.00')";

/** A project that is late and has not started, chosen by the database. */
async function lateProject(): Promise<{ readonly code: string; readonly name: string }> {
  const [row] = await platform.sql(
    `select code, name from project where ${inTheYear} and not ${hasStarted} and start_deadline < '2023-11-20' order by code limit 1`,
  );
  return { code: row?.["code"] ?? "", name: row?.["name"] ?? "" };
}

/** What somebody at psql writes to start it. */
async function start(code: string): Promise<void> {
  await platform.sql("update project set stage = 'STARTED', actual_start = '2023-11-20' where code = $1", [code]);
}

/** Waits until the screen shows what the rows say now, and gives how many projects have started. */
async function untilCurrent(page: Page): Promise<number> {
  await untilLive(page);
  const [row] = await platform.sql(
    `select count(*)::text as started from project where ${inTheYear} and nature = 'NEW_START' and ${hasStarted}`,
  );
  const started = row?.["started"] ?? "";
  await expect.poll(async () => (await shownFigures(page)).headline[1]).toBe(started);
  return Number(started);
}

test("the figures on the screen are those of the rows: the year, each batch, each field, all 22 townships", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall);
  await untilCurrent(page);
  const shown = await shownFigures(page);

  const year = await platform.sql(
    `select count(*)::text as all, (count(*) filter (where nature = 'NEW_START' and ${hasStarted}))::text as started,
            (count(*) filter (where nature = 'NEW_START' and not ${hasStarted}))::text as waiting, ${inYi} as yi
     from project where ${inTheYear}`,
  );
  expect(shown.headline).toEqual(year.flatMap((row) => [row["all"], row["started"], row["waiting"], row["yi"]]));

  const batches = await platform.sql(
    `select count(*)::text as planned, (count(*) filter (where ${hasStarted}))::text as started,
            (count(*) filter (where not ${hasStarted} and start_deadline < '2023-11-20'))::text as overdue
     from project where ${inTheYear} and nature = 'NEW_START' group by batch order by batch`,
  );
  expect(shown.batches).toEqual(batches.map((row) => [row["planned"], row["started"], row["overdue"]]));
  await expect
    .poll(async () => page.locator(".batch rect").count())
    .toBe(Number(batches.reduce((sum, row) => sum + Number(row["planned"]), 0)));

  const fields = await platform.sql(
    `select concat_ws(' ', entry.zh, count(project.id), ${inYi}) as row
     from dictionary_entry entry join dictionary on dictionary.id = entry.dictionary_id and dictionary.code = 'project-field'
     left join project on project.field_id = entry.id and ${inTheYear}
     group by entry.id order by coalesce(sum(total_investment), 0) desc`,
  );
  expect(shown.fields).toEqual(fields.map((row) => row["row"]));

  const townships = await platform.sql(
    `select concat_ws(' ', unit.name, count(project.id), ${inYi}) as row
     from unit left join project on project.township_id = unit.id and ${inTheYear}
     where unit.kind = 'TOWNSHIP' group by unit.id order by unit.position, unit.code`,
  );
  expect(townships).toHaveLength(22);
  expect(shown.townships).toEqual(townships.map((row) => row["row"]));
  expect(complaints).toEqual([]);
  await close();
});

test("the screen says whose projects these are, that the data is invented and that the time is the demo's", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall);
  await untilLive(page);
  const header = page.locator(".header");
  await expect.poll(async () => header.textContent()).toContain("蔚县重点项目2023年度");
  await expect.poll(async () => header.textContent()).toContain("均为虚构");
  await expect.poll(async () => header.textContent()).toContain("演示时间2023年11月20日09:00");
  expect(complaints).toEqual([]);
  await close();
});

test("a project that is started in psql shows at once, without a reload, in the figures, the latest starts and the ticker", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall);
  await untilLive(page);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  const before = await untilCurrent(page);
  const project = await lateProject();

  await start(project.code);

  await page.locator(".ticker strong", { hasText: project.name }).waitFor();
  await page.locator(".latest .label", { hasText: project.name }).waitFor();
  expect(await untilCurrent(page)).toBe(before + 1);
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
  expect(complaints).toEqual([]);
  await close();
});

test("while the server is away the screen keeps its figures and says so; afterwards it recovers and misses no event, without a reload", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall);
  await untilLive(page);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  // a cursor to go on from
  const seen = await lateProject();
  await start(seen.code);
  await page.locator(".ticker strong", { hasText: seen.name }).waitFor();
  const started = await untilCurrent(page);
  const before = await shownFigures(page);

  await platform.end("SIGKILL");
  await page.locator('.screen[data-link="lost"]').waitFor();
  await expect.poll(async () => page.locator(".ticker").textContent()).toMatch(/连接中断，正在重连数据截至 \d+月\d+日 \d\d:\d\d:\d\d/);
  expect(await shownFigures(page)).toEqual(before);

  const missed = await lateProject();
  await start(missed.code);
  await platform.start();
  await untilLive(page);
  await page.locator(".ticker strong", { hasText: missed.name }).waitFor();
  expect(await untilCurrent(page)).toBe(started + 1);
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
  expect(complaints).toEqual([]);
  await close();
});

test("a screen that is opened while the server cannot answer says so, and fills as soon as it can", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall, async (fresh) => {
    await fresh.route("**/graphql", async (route) => route.abort("connectionrefused"));
    await fresh.routeWebSocket("**/graphql", async (socket) => socket.close());
  });
  await page.locator('.screen[data-link="lost"]').waitFor();
  expect(await page.locator(".ticker").textContent()).toBe("连接中断，正在重连尚未读到数据");
  expect((await shownFigures(page)).headline).toEqual(["—", "—", "—", "—"]);
  await page.unroute("**/graphql");
  await expect.poll(async () => (await shownFigures(page)).headline[0]).toMatch(/^\d+$/);
  expect(complaints).toEqual([]);
  await close();
});

test("a browser that slept shows what happened meanwhile as soon as it wakes", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall);
  await untilLive(page);
  const before = await untilCurrent(page);
  const project = await lateProject();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await start(project.code);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await page.locator(".ticker strong", { hasText: project.name }).waitFor();
  expect(await untilCurrent(page)).toBe(before + 1);
  expect(complaints).toEqual([]);
  await close();
});

test("without a socket the screen still follows, every ten seconds, and says that", async () => {
  const { page, close } = await visit(browser, screen, wall, async (fresh) => {
    await fresh.routeWebSocket("**/graphql", async (socket) => socket.close());
  });
  await page.locator('.screen[data-link="polling"]').waitFor();
  expect(await page.locator(".header .link").textContent()).toBe("每10秒刷新");
  expect((await shownFigures(page)).headline[0]).toMatch(/^\d+$/);
  await close();
});

test("an answer that makes no sense leaves no blank page: it says that it is recovering, and does", async () => {
  const { page, close } = await visit(browser, screen, wall, async (fresh) => {
    await fresh.route("**/graphql", async (route) => route.fulfill({ json: { data: { platform: {} } } }));
  });
  await page.getByText("画面出错，正在恢复").waitFor();
  await page.unroute("**/graphql");
  await untilLive(page);
  expect((await shownFigures(page)).headline[0]).toMatch(/^\d+$/);
  await close();
});

test("after the server was upgraded the page loads itself anew, once", async () => {
  const { page, complaints, close } = await visit(browser, screen, wall);
  await untilLive(page);
  let loads = 0;
  page.on("load", () => {
    loads += 1;
  });
  // what the page finds when it asks for itself is the next version: other files
  await page.route("**/screens/projects", async (route) => {
    if (route.request().isNavigationRequest()) return route.continue();
    const response = await route.fetch();
    return route.fulfill({ response, body: (await response.text()).replace(/\/assets\/screens-[\w-]+\.js/g, "/assets/screens-next.js") });
  });
  await page.route("**/graphql", async (route) => route.abort("connectionrefused"));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator('.screen[data-link="lost"]').waitFor();
  const reloaded = page.waitForEvent("load");
  await page.unroute("**/graphql");
  await reloaded;
  await untilLive(page);
  // another outage of the same version is no reason
  await page.route("**/graphql", async (route) => route.abort("connectionrefused"));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator('.screen[data-link="lost"]').waitFor();
  await page.unroute("**/graphql");
  await untilLive(page);
  expect(loads).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

test.for([wall, doubleWall, { width: 1366, height: 768 }, { width: 2560, height: 1440 }])(
  "at $width×$height everything is to be seen, nothing is cut, nothing scrolls",
  async (size) => {
    const { page, complaints, close } = await visit(browser, screen, size);
    await untilLive(page);
    await page.evaluate(async () => document.fonts.ready);
    expect(await cutOff(page)).toEqual([]);
    // on a wall nobody reads what is smaller than a fiftieth of its height
    const smallest = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll(".screen span, .screen p, .screen dt")].map((element) =>
          Number.parseFloat(getComputedStyle(element).fontSize),
        ),
      ),
    );
    expect(smallest).toBeGreaterThanOrEqual(size.height * 0.0185 - 0.1);
    expect(complaints).toEqual([]);
    await close();
  },
);

test("on a telephone the screen is one column that scrolls downwards only", async () => {
  const { page, close } = await visit(browser, screen, { width: 390, height: 844 });
  await untilLive(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await close();
});

test.for([wall, doubleWall])("at $width×$height, live and while the server is away, axe finds no serious violation", async (size) => {
  const { page, close } = await visit(browser, screen, size);
  await untilLive(page);
  const serious = async (): Promise<readonly string[]> => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
  };
  expect(await serious()).toEqual([]);
  await page.route("**/graphql", async (route) => route.abort("connectionrefused"));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator('.screen[data-link="lost"]').waitFor();
  expect(await serious()).toEqual([]);
  await close();
});

test("the screen brings its Chinese letters along, from the platform itself", async () => {
  const { page, close } = await visit(browser, screen, wall);
  const fonts: string[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "font") fonts.push(request.url());
  });
  await page.reload();
  await untilLive(page);
  await page.evaluate(async () => document.fonts.ready);
  expect(fonts.length).toBeGreaterThan(5);
  expect(fonts.every((url) => url.startsWith(`${platform.url}/assets/noto-sans-sc-`))).toBe(true);
  await close();
});
