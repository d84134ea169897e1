// A browser, and reports to look at in it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = new URL("../../", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "zhnorm-report-"));

/** Writes the report of texts, of which each is [name, content], or of one of the project's files. */
export function report(args, texts) {
  const own = typeof texts === "string";
  const names = own ? [texts] : texts.map(([name]) => name);
  if (!own) {
    for (const [name, content] of texts) writeFileSync(join(folder, name), content);
  }
  const page = join(folder, `${Math.random().toString(36).slice(2)}.html`);
  execFileSync(process.env.ZHNORM_COMMAND, [...args, "--report", page, ...names], { cwd: own ? root : folder });
  return page;
}

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--font-render-hinting=none"],
});

/** Opens a report; what the browser asks for and complains of is gathered. */
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: "light", ...options });
  const page = await context.newPage();
  page.troubles = [];
  page.requests = [];
  page.on("console", message => page.troubles.push(message.text()));
  page.on("pageerror", error => page.troubles.push(error.message));
  page.on("dialog", dialog => { page.troubles.push("dialog"); dialog.dismiss(); });
  page.on("request", request => page.requests.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  page.at = url;
  return page;
}
