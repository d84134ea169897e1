// The two pictures of the report, of examples/proof.txt.

import { join } from "node:path";
import { launch, open, report } from "./browser.js";

const file = report(["--to", "taiwan", "--repair", "--normalize", "compat,width,punctuation"], "examples/proof.txt");
const browser = await launch();
for (const colorScheme of ["light", "dark"]) {
  const page = await open(browser, file, { colorScheme, viewport: { width: 1280, height: 880 } });
  await page.locator("tbody [role=button].context").first().focus();
  await page.screenshot({ path: process.argv[2] ? join(process.argv[2], `${colorScheme}.png`) : new URL(`../../docs/report-${colorScheme}.png`, import.meta.url).pathname });
}
await browser.close();
