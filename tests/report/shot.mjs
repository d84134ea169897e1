import { chromium } from "playwright-core";
const [,, file, out, scheme="light", w="1280", h="860", act=""] = process.argv;
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args:["--no-sandbox"] });
const p = await b.newPage({ viewport:{width:+w,height:+h}, colorScheme: scheme, deviceScaleFactor: 1 });
p.on("console", m => console.log("console", m.text())); p.on("pageerror", e => console.log("error", e.message));
await p.goto("file://" + file);
for (const k of act.split(" ").filter(Boolean)) { if (k.startsWith("#")) await p.click(k); else await p.keyboard.press(k); }
await p.waitForTimeout(150);
await p.screenshot({ path: out });
await b.close();
