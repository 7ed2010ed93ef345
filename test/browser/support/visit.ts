import type { Browser, BrowserContext, Page } from "playwright-core";

/** A page under watch: what it complained of, and whatever it asked of somebody else. */
export interface Visit {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to other origins. A server that is away is not the page's fault. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a path in a window of its own, with nothing remembered. */
export async function visit(
  browser: Browser,
  url: string,
  { width, height }: { readonly width: number; readonly height: number },
  before?: (page: Page) => Promise<void>,
): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({ viewport: { width, height }, locale: "zh-CN" });
  const page = await context.newPage();
  const { origin } = new URL(url);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_FAILED|WebSocket connection/.test(text))
      complaints.push(text);
  });
  page.on("request", (request) => {
    const asked = request.url();
    if (new URL(asked).origin !== origin && !/^(blob|data):/.test(asked)) complaints.push(`asked ${asked}`);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(url).host) complaints.push(`asked ${socket.url()}`);
  });
  await before?.(page);
  await page.goto(url);
  return { page, complaints, close: async () => context.close() };
}
