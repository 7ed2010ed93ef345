import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a real browser: the machine's own Chromium where it has one, else the one that comes with the development dependencies. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: installedBrowser() ?? (await packagedBrowser()), args: flags });
}

function installedBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** The packaged one brings its libraries along where it believes to run on AWS Lambda; then it needs nothing but glibc. */
async function packagedBrowser(): Promise<string> {
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs22.x";
  process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs22.x";
  const { default: packaged } = await import("@sparticuz/chromium");
  return packaged.executablePath();
}
