import type { Page } from "playwright-core";

/** The figures of the projects screen as a visitor reads them. */
export interface ShownFigures {
  readonly headline: readonly string[];
  readonly batches: readonly (readonly string[])[];
  readonly fields: readonly string[];
  readonly townships: readonly string[];
}

/** Waits until the screen says that it is live. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator('.screen[data-link="live"]').waitFor();
}

/** Reads the figures off the page. */
export async function shownFigures(page: Page): Promise<ShownFigures> {
  return page.evaluate(() => {
    const texts = (within: Element | Document, selector: string): string[] =>
      [...within.querySelectorAll(selector)].map((element) => element.textContent ?? "");
    const rows = (panel: string): string[] =>
      [...document.querySelectorAll(`${panel} li`)].map((row) => texts(row, ".label, .count, .amount").join(" "));
    return {
      headline: texts(document, ".headline .figure"),
      batches: [...document.querySelectorAll(".batch")].map((batch) => texts(batch, ".counts .figure")),
      fields: rows(".fields"),
      townships: rows(".townships"),
    };
  });
}

/**
 * What of a screen is not wholly to be seen: text that its box is too small for, boxes that reach out of the window or of the panel that clips
 * them. Rows that a list has no room for lie wholly outside of it, which is meant.
 */
export async function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const name = (element: Element): string =>
      `${element.parentElement?.className ?? ""} > ${element.className || element.tagName}: ${element.textContent ?? ""}`;
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight)
      found.push(`the page scrolls: ${root.scrollWidth}×${root.scrollHeight}`);
    for (const element of document.querySelectorAll<HTMLElement>(".screen *:not(svg):not(rect)")) {
      const box = element.getBoundingClientRect();
      const list = element.closest("li")?.parentElement ?? element.closest(".panel");
      const room = list?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
      const outside = box.left >= room.right || box.top >= room.bottom;
      if (outside) continue;
      const within = box.left >= room.left - 1 && box.top >= room.top - 1 && box.right <= room.right + 1 && box.bottom <= room.bottom + 1;
      const inWindow = box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
      if (!within || !inWindow) found.push(`reaches out: ${name(element)}`);
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline" && !element.matches("ol")) {
        found.push(`too narrow: ${name(element)}`);
      }
    }
    for (const part of document.querySelectorAll<HTMLElement>(".screen > *, .panel, .townships li")) {
      if (part.scrollHeight > part.clientHeight + 1) found.push(`too low: ${name(part)}`);
    }
    return found;
  });
}
