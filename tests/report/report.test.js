// What a proofreader does with the page: reads, goes from change to change, filters,
// marks, turns pages.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { launch, open, report } from "./browser.js";

const STEPS = "compat,width,punctuation";
let browser, page;
let proof, many, hostile, long;

const HOSTILE = "</script><script>alert(1)</script><!-- \"里面\" '后台' \0里\u2028后\u2029\u202e發\u2066\u200b\ufeff \\u003c &lt; 干\n<img src=x onerror=alert(1)>后面\n";

before(async () => {
  proof = report(["--to", "taiwan", "--repair", "--normalize", STEPS], "examples/proof.txt");
  const line = "后面的人说，那些书都旧了，里面的干了。\n";
  const texts = [["one.txt", "汉字\n".repeat(40)], ["two.txt", line.repeat(400)], ["same.txt", "人山人海\n".repeat(30)]];
  many = report(["--to", "taiwan"], texts);
  hostile = report(["--to", "taiwan", "--quiet"], [["hostile.txt", Buffer.concat([Buffer.from(HOSTILE), Buffer.from([0xff, 0xfe])])]]);
  long = report(["--to", "taiwan"], [["long.txt", (line.repeat(9) + "人山人海\n".repeat(9)).repeat(2000)]]);
  browser = await launch();
});
after(() => browser.close());
// Whatever was done: nothing was fetched, and nothing went wrong.
afterEach(async () => {
  assert.deepEqual(page.troubles, []);
  assert.deepEqual(page.requests.filter(url => url !== page.at && url !== "data:,"), []);
  await page.context().close();
});

const focused = () => page.evaluate(() => {
  const { activeElement: element } = document;
  const tip = document.getElementById("tip");
  const clone = element.cloneNode(true);
  for (const sign of clone.querySelectorAll(".sign")) sign.remove();
  return { text: clone.textContent, at: element.dataset.at, tip: tip.hidden ? null : tip.innerText };
});
/** The text of a column, as it is in the page. */
const column = n => page.$$eval(`tbody td:nth-of-type(${n})`, cells => cells.map(cell => cell.textContent));
const said = () => page.textContent("#at");

test("both sides stand beside each other, in their languages", async () => {
  page = await open(browser, proof);
  const [row] = await page.$$("tbody tr:has(.change)");
  const [source, result] = await Promise.all((await row.$$("td")).map(cell => cell.boundingBox()));
  assert.ok(source.x + source.width <= result.x + 1 && Math.abs(source.y - result.y) < 1);
  const right = await column(2);
  assert.ok(right.some(text => text.includes("裡面的人幹了兩個月")));
  assert.ok(right.some(text => text.includes("她說那間店的咖啡最好喝")));
  const languages = await page.$$eval("tbody [lang]", all => [...new Set(all.map(e => e.lang))].sort());
  assert.deepEqual(languages, ["ja", "zh-Hans", "zh-Hant", "zh-Hant-TW"]);
  const fonts = await page.$$eval('tbody td[lang="zh-Hans"], tbody td[lang="zh-Hant-TW"]', all => [...new Set(all.map(e => getComputedStyle(e).fontFamily))]);
  assert.equal(fonts.length, 2);
  // Scripts are told by letters too.
  assert.ok(await page.$('tbody [data-tag="日"]'));
  await page.click("#scripts");
  assert.equal(await page.$eval('tbody [data-tag="日"]', e => getComputedStyle(e, "::before").content), "none");
});

test("keys go from change to change, and focus shows the rule", async () => {
  page = await open(browser, proof);
  const count = await page.$$eval("tbody [role=button]", all => all.length);
  await page.keyboard.press("n");
  assert.equal((await focused()).at, "0");
  assert.match(await said(), new RegExp(`change 1 of ${count}`));
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  assert.match(await said(), /change 4 of/);
  await page.keyboard.press("p");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowLeft");
  const first = await focused();
  assert.match(first.tip, /１２.*→.*12/s);
  assert.match(first.tip, /normalize\/width/);
  await page.keyboard.press("p");
  assert.match(await said(), /first change/);
  for (let i = 1; i < count; i++) await page.keyboard.press("n");
  assert.match(await said(), new RegExp(`change ${count} of ${count}`));
  await page.keyboard.press("n");
  assert.match(await said(), /last change/);
  // Escape hides, focus stays.
  await page.keyboard.press("Escape");
  assert.equal((await focused()).tip, null);
});

test("the tooltip says what else there was, and covers no change", async () => {
  page = await open(browser, proof);
  const context = page.locator("tbody [role=button].context").first();
  await context.hover();
  const tip = page.locator("#tip");
  assert.match(await tip.innerText(), /划.*→.*畫.*context.*confidence.*100 %.*could also have been.*劃/s);
  const [a, b] = [await tip.boundingBox(), await context.boundingBox()];
  assert.ok(a.y >= b.y + b.height || a.y + a.height <= b.y);
  assert.ok(a.x >= 0 && a.x + a.width <= 1280);
  await page.mouse.move(5, 5);
  assert.ok(await tip.isHidden());
  // From the source as well.
  await page.locator("tbody del.repair").first().hover();
  assert.match(await tip.innerText(), /repair\/mojibake/);
});

test("repairs show how sure they are", async () => {
  page = await open(browser, proof);
  const sure = await page.$$eval("tbody [role=button].repair", all => all.map(e => [e.dataset.sure, getComputedStyle(e, "::after").content]));
  assert.ok(sure.length >= 6);
  for (const [value, shown] of sure) {
    assert.match(value, /^\d+\u00a0%$/);
    assert.ok(shown.endsWith(`${value}"`));
  }
});

test("kinds are told apart without colour", async () => {
  page = await open(browser, proof);
  const lines = await page.$$eval("tbody [role=button]", all => {
    const kinds = {};
    for (const e of all) kinds[e.classList[1]] = getComputedStyle(e).textDecorationStyle + getComputedStyle(e).textDecorationThickness;
    return kinds;
  });
  assert.deepEqual(Object.keys(lines).sort(), ["character", "context", "form", "phrase", "repair"]);
  assert.equal(new Set(Object.values(lines)).size, 5);
});

test("filters by rule, sureness, text and pair", async () => {
  page = await open(browser, proof);
  const shown = () => page.$$eval("tbody [role=button]", all => all.map(e => e.classList[1]));
  const all = (await shown()).length;
  const number = await page.$eval("#rules li:has(.phrase) .number", e => Number(e.textContent));
  await page.click("#rules label:has(.phrase)");
  assert.equal((await shown()).length, all - number);
  assert.ok(!(await shown()).includes("phrase"));
  // What is filtered away is still text.
  assert.ok((await column(2)).some(text => text.includes("裡面的人幹了兩個月")));
  await page.click("#none");
  assert.equal((await shown()).length, 0);
  assert.ok(await page.isVisible("#nothing"));
  await page.click("#every");
  await page.selectOption("#sure", "choice");
  const choices = (await shown()).length;
  assert.ok(choices > 0 && choices < all);
  await page.selectOption("#sure", "unsure");
  assert.ok((await shown()).every(kind => kind === "repair" || kind === "form"));
  await page.selectOption("#sure", "all");
  await page.fill("#find", "漿");
  assert.equal((await shown()).length, 2);
  // Keys are letters while somebody writes.
  await page.type("#find", "n");
  assert.equal((await shown()).length, 0);
  await page.fill("#find", "");
  await page.click("#often summary");
  await page.click("#pairs button >> nth=0");
  const one = await page.$eval("#pairs [aria-pressed=true] .number", e => Number(e.textContent));
  assert.equal((await shown()).length, one);
  await page.click("#pairs [aria-pressed=true]");
  assert.equal((await shown()).length, all);
});

test("dark and light", async () => {
  page = await open(browser, proof, { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  assert.equal(await page.getAttribute("#theme", "aria-checked"), "true");
  await page.click("#theme");
  const light = await ground();
  assert.notEqual(dark, light);
  assert.equal(await page.getAttribute("#theme", "aria-checked"), "false");
  await page.keyboard.press("t");
  assert.equal(await ground(), dark);
});

/** The contrast of text with what is behind it, by WCAG. */
const contrasts = () => page.evaluate(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (...colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = data => [0, 1, 2].map(i => data[i] / 255)
    .map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = {};
  for (const element of document.querySelectorAll("h1, #done, .keys, #at, small, .number, tbody th, tbody td, tbody td span, tbody del, .fold button")) {
    const behind = [];
    for (let e = element; e; e = e.parentElement) behind.unshift(getComputedStyle(e).backgroundColor);
    const [a, b] = [light(rgb(...behind)), light(rgb(...behind, getComputedStyle(element).color))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const name = element.tagName + "." + element.className;
    found[name] = Math.min(found[name] || 99, ratio);
  }
  return found;
});

test("all text has a contrast of 4.5 and more", async () => {
  for (const colorScheme of ["light", "dark"]) {
    if (colorScheme === "dark") await page.context().close();
    page = await open(browser, proof, { colorScheme });
    await page.keyboard.press("n");
    for (const [name, ratio] of Object.entries(await contrasts())) {
      assert.ok(ratio >= 4.5, `${colorScheme} ${name}: ${ratio.toFixed(2)}`);
    }
  }
});

test("a narrow window has one side below the other and no scroll bar", async () => {
  page = await open(browser, proof, { viewport: { width: 390, height: 800 } });
  const cells = await page.$$("tbody tr:has(.change) >> nth=0 >> td");
  const [source, result] = await Promise.all(cells.map(cell => cell.boundingBox()));
  assert.ok(result.y >= source.y + source.height - 1 && Math.abs(result.x - source.x) < 1);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.equal(await page.$eval("#side", e => e.open), false);
  await page.keyboard.press("n");
  const tip = await page.locator("#tip").boundingBox();
  assert.ok(tip.x >= 0 && tip.x + tip.width <= 390);
});

test("files and pages", async () => {
  page = await open(browser, many);
  assert.deepEqual(await page.$$eval("#texts button", all => all.map(e => e.textContent)), ["one.txt", "two.txt", "same.txt"]);
  await page.click("#texts button >> nth=1");
  assert.match(await page.textContent("#where"), /^two\.txt/);
  const here = Number(await page.inputValue("#page"));
  await page.click("#forth");
  assert.equal(Number(await page.inputValue("#page")), here + 1);
  await page.keyboard.press("[");
  assert.equal(Number(await page.inputValue("#page")), here);
  await page.fill("#page", "1");
  await page.press("#page", "Enter");
  assert.match(await page.textContent("#where"), /^one\.txt/);
  // Over the end of a page and of a file, and back.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("p");
  await page.keyboard.press("n");
  assert.match(await page.textContent("#where"), /^two\.txt/);
  await page.keyboard.press("p");
  assert.match(await page.textContent("#where"), /^one\.txt/);
  assert.match(await said(), /change 40 of 40/);
  // A page can be linked to.
  assert.equal(new URL(page.url()).hash, "#1");
});

test("what stays is folded", async () => {
  page = await open(browser, many);
  await page.click("#texts button >> nth=2");
  assert.equal((await page.$$("tbody tr")).length, 1);
  await page.click(".fold button");
  assert.equal((await page.$$("tbody tr")).length, 30);
  await page.keyboard.press("f");
  assert.equal((await page.$$("tbody tr.same")).length, 30);
});

test("marks are a list to copy", async () => {
  page = await open(browser, proof);
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  await page.keyboard.press(" ");
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const change = page.locator("tbody [role=button].context").first();
  await change.click();
  await change.click();
  assert.equal(await page.textContent("#marked"), "3 marked…");
  await page.click("#marked");
  const lines = (await page.inputValue("#list textarea")).trim().split("\n").map(line => line.split("\t"));
  assert.deepEqual(lines.map(line => line[1]), ["1", "3", "7"]);
  assert.deepEqual(lines[0].slice(2), ["１２", "12", "normalize/width"]);
  assert.deepEqual(lines[2].slice(2), ["划", "畫", "context"]);
  await page.keyboard.press("Escape");
  assert.equal(await page.$$eval("tbody [aria-pressed=true]", all => all.length), 3);
});

test("hostile text is text", async () => {
  page = await open(browser, hostile);
  const [source] = [await column(1)];
  // Line for line, with every sign that cannot be seen, and what is malformed by its bytes.
  assert.deepEqual(source, HOSTILE.split("\n").slice(0, 2).concat("FF FE"));
  assert.equal(await page.$("tbody img, tbody script"), null);
  const signs = await page.$$eval("tbody td:nth-of-type(1) .sign", all => all.map(e => e.dataset.name));
  assert.deepEqual(signs, ["NUL", "LS", "PS", "RLO", "LRI", "ZWSP", "BOM"]);
  await page.keyboard.press("n");
  assert.match((await focused()).tip, /→/);
});

test("screen readers find a table, buttons and a status", async () => {
  page = await open(browser, proof);
  const tree = await page.locator("body").ariaSnapshot();
  assert.match(tree, /table "Source and result, line by line"/);
  assert.match(tree, /columnheader "Source"/);
  assert.match(tree, /rowheader "1"/);
  assert.match(tree, /button "nothing, in place of ZWSP"/);
  assert.match(tree, /status/);
  assert.match(tree, /switch "Dark"/);
  await page.keyboard.press("n");
  const described = await page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent);
  assert.match(described, /normalize\/width.*confidence/);
  // One stop for Tab, whatever there is.
  assert.equal(await page.$$eval('tbody [role=button][tabindex="0"]', all => all.length), 1);
});

test("a long text opens at once and draws one page", async () => {
  page = await open(browser, long);
  const pages = Number(await page.textContent("#pages"));
  assert.ok(pages > 50 && readFileSync(long).length > 1_000_000);
  assert.ok((await page.$$("tbody tr")).length <= 150);
  assert.ok((await page.evaluate(() => document.querySelectorAll("*").length)) < 20_000);
  await page.fill("#page", String(pages));
  await page.press("#page", "Enter");
  assert.ok((await page.$$("tbody tr")).length > 0);
});
