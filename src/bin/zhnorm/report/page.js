// The page that is looked at, filters, the changes one after the other, and keys.

const $ = id => document.getElementById(id);
const body = $("rows").tBodies[0];
const tip = $("tip");

/** What is chosen. */
const state = { page: 0, off: new Set(), sure: "all", find: "", only: null };
/** Which changes are shown, by their numbers. */
let shown = [];
let rows = [];
/** The change that keys go on from: an element of the page. */
let current = null;
/** Changes that the reader marked, by page and place. */
const marks = new Map();

const count = (n, one, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const say = text => { $("at").textContent = text; };
const changesOnPage = () => [...body.querySelectorAll("[role=button].change")];
const isChange = piece => typeof piece === "number";

// Pages

function show(page) {
  state.page = Math.min(Math.max(page, 0), index.pages.length - 1);
  const [text, line] = index.pages[state.page] || [0, 1];
  rows = index.pages.length ? read("p" + state.page) : [];
  current = null;
  hide();
  draw();
  const file = index.texts[text];
  $("page").value = state.page + 1;
  $("back").disabled = state.page === 0;
  $("forth").disabled = state.page >= index.pages.length - 1;
  const place = file && file.pages > 1 ? `, from ${file.records ? "text" : "line"} ${line}` : "";
  $("where").textContent = file ? file.name + place : "no text";
  $("where").hidden = index.pages.length === 1;
  for (const button of $("texts").querySelectorAll("button")) {
    if (Number(button.dataset.text) === text) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  history.replaceState(null, "", "#" + (state.page + 1));
}

function draw() {
  const text = index.texts[(index.pages[state.page] || [0])[0]];
  const folds = $("fold").checked;
  const changed = rows.map(([, pieces]) => pieces.some(p => Array.isArray(p) || (isChange(p) && shown[p])));
  // A line before and after what changed stays, and what is not worth folding.
  const near = i => changed[i] || changed[i - 1] || changed[i + 1];
  const firsts = [];
  rows.reduce((sum, [, pieces], i) => ((firsts[i] = sum), sum + pieces.filter(isChange).length), 0);
  const drawn = i => drawRow(rows[i], text, shown, firsts[i]);
  body.replaceChildren();
  for (let i = 0; i < rows.length;) {
    let end = i;
    while (folds && end < rows.length && !near(end)) end++;
    if (end - i > 2) {
      body.append(fold(i, end, drawn));
      i = end;
    } else {
      body.append(drawn(i++));
    }
  }
  for (const element of changesOnPage()) {
    element.setAttribute("aria-pressed", marks.has(place(element)));
  }
  const [first] = changesOnPage();
  if (first) first.tabIndex = 0;
  tell();
}

/** One row in place of many that stay. */
function fold(from, to, drawn) {
  const lines = rows.slice(from, to).map(row => row[0]).filter(line => line);
  const span = lines.length ? ` (${lines[0]}–${lines[lines.length - 1]})` : "";
  const button = make("button", { type: "button", "aria-expanded": "false" }, `${count(to - from, "line stays", "lines stay")}${span}`);
  const row = make("tr", { class: "fold", role: "row" }, make("td", { role: "cell", colspan: 3 }, button));
  button.addEventListener("click", () => {
    const opened = [];
    for (let i = from; i < to; i++) opened.push(drawn(i));
    row.replaceWith(...opened);
    opened[0].tabIndex = -1;
    opened[0].focus();
  });
  return row;
}

// Filters

function choose() {
  const { off, sure, find, only } = state;
  shown = index.changes.map(([before, after, rule, confidence, choices], number) =>
    (only === null || only === number) && !off.has(rule) &&
    (sure === "all" || (sure === "choice" ? choices.length > 0 : confidence < 100)) &&
    (find === "" || before.includes(find) || after.includes(find)));
  current = null;
  hide();
  listPairs();
  draw();
}

const total = () => index.counts.reduce((sum, n, i) => sum + (shown[i] ? n : 0), 0);

function listRules() {
  const counts = index.rules.map(() => 0);
  index.changes.forEach((entry, i) => { counts[entry[RULE]] += index.counts[i]; });
  $("rules").append(...index.rules.map(({ name, kind, about }, rule) => {
    const box = make("input", { type: "checkbox", checked: "", "data-rule": rule });
    box.addEventListener("change", () => {
      state.off[box.checked ? "delete" : "add"](rule);
      choose();
    });
    const number = make("span", { class: "number" }, counts[rule].toLocaleString("en"));
    return make("li", {}, make("label", { title: about }, box, make("span", { class: "sample " + kind }, name), number));
  }));
}

function all(on) {
  for (const box of $("rules").querySelectorAll("input")) {
    box.checked = on;
    state.off[on ? "delete" : "add"](Number(box.dataset.rule));
  }
  choose();
}

/** The changes that are made most often, each a filter. */
function listPairs() {
  const numbers = index.changes.map((_, i) => i).filter(i => shown[i] || state.only === i);
  numbers.sort((a, b) => index.counts[b] - index.counts[a] || a - b);
  const language = index.language || "zh";
  $("pairs").replaceChildren(...numbers.slice(0, 60).map(number => {
    const [before, after] = index.changes[number];
    const pair = make("span", { lang: language });
    write(pair, before.slice(0, 12) + " → " + (after.slice(0, 12) || "∅"), false);
    const button = make("button", { type: "button", "aria-pressed": String(state.only === number) },
      pair, make("span", { class: "number" }, index.counts[number].toLocaleString("en")));
    button.addEventListener("click", () => {
      state.only = state.only === number ? null : number;
      choose();
    });
    return make("li", {}, button);
  }));
}

function listTexts() {
  const names = { 0: "Traditional", 1: "Simplified", 2: "common", 3: "Japanese", 4: "other" };
  const shares = mix => {
    const sum = mix.reduce((a, b) => a + b, 0) || 1;
    return mix.map((n, i) => [names[i], Math.round(100 * n / sum), i]).filter(([, share]) => share > 0);
  };
  const bar = mix => make("span", { class: "bar", "aria-hidden": "true" },
    ...shares(mix).map(([, share, i]) => make("i", { class: "tscjo"[i], style: `flex-grow:${share}` })));
  $("texts").append(...index.texts.map((text, i) => {
    const facts = [count(text.changes, "change")];
    if (text.repairs) facts.push(count(text.repairs, "repair"));
    if (text.malformed) facts.push(count(text.malformed, "malformed byte"));
    if (text.encoding !== "UTF-8") facts.push(text.encoding);
    const button = make("button", { type: "button", "data-text": i }, text.name);
    button.disabled = text.pages === 0;
    button.addEventListener("click", () => show(text.first));
    return make("li", {}, button, make("small", {}, facts.join(", ")), bar(text.before),
      make("small", {}, shares(text.before).map(([name, share]) => `${name} ${share} %`).join(", ")));
  }));
}

// Changes

const place = element => `${state.page} ${element.dataset.at}`;

function pick(element) {
  for (const old of body.querySelectorAll(".current")) old.classList.remove("current");
  for (const each of body.querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
  for (const side of body.querySelectorAll(`[data-at="${element.dataset.at}"]`)) side.classList.add("current");
  element.tabIndex = 0;
  current = element;
  tell();
}

function go(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior: "instant" });
  explain(element);
}

/** To the next change, or the one before, on this page or the nearest that has one. */
function move(step) {
  const here = changesOnPage();
  const at = current ? here.indexOf(current) + step : step > 0 ? 0 : here.length - 1;
  if (here[at]) return go(here[at]);
  for (let page = state.page + step; page >= 0 && page < index.pages.length; page += step) {
    if (read("p" + page).some(([, pieces]) => pieces.some(p => isChange(p) && shown[p]))) {
      show(page);
      const there = changesOnPage();
      return go(there[step > 0 ? 0 : there.length - 1]);
    }
  }
  say(total() ? `This is the ${step > 0 ? "last" : "first"} change.` : "No change is shown.");
}

/** Where the reader is among all that is shown. */
function tell() {
  const here = changesOnPage();
  const n = current ? `change ${here.indexOf(current) + 1} of ` : "";
  const pages = index.pages.length > 1 ? ` on this page, ${total().toLocaleString("en")} in all` : "";
  say(n ? n + here.length + pages : count(here.length, "change") + pages);
  const changes = index.counts.reduce((a, b) => a + b, 0);
  $("nothing").hidden = here.length > 0;
  $("nothing").textContent = changes === 0 ? "Nothing would change." : "No change on this page is shown: see the filters, or press n for the next one.";
}

function explain(element) {
  for (const old of body.querySelectorAll(".near")) old.classList.remove("near");
  for (const side of body.querySelectorAll(`[data-at="${element.dataset.at}"]`)) side.classList.add("near");
  const text = index.texts[index.pages[state.page][0]];
  tip.replaceChildren(...describe(Number(element.dataset.number), text));
  tip.hidden = false;
  // Over what was read already, or else below the change; never over it.
  const [box, last] = [element.getBoundingClientRect(), [...element.getClientRects()].at(-1)];
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const left = Math.min(last.left, document.documentElement.clientWidth - width - 8);
  const above = box.top - height - 8;
  const top = above > $("rows").tHead.getBoundingClientRect().bottom ? above : box.bottom + 10;
  tip.style.left = Math.max(8, left) + "px";
  tip.style.top = Math.max(8, top) + "px";
}

function hide() {
  tip.hidden = true;
  for (const old of body.querySelectorAll(".near")) old.classList.remove("near");
}

function mark(element) {
  const key = place(element);
  if (!marks.delete(key)) {
    const [before, after, rule] = index.changes[element.dataset.number];
    const row = element.closest("tr");
    let line = row;
    while (line && !line.querySelector("th").textContent) line = line.previousElementSibling;
    const [text, from] = index.pages[state.page];
    const number = line ? line.querySelector("th").textContent : from;
    marks.set(key, [index.texts[text].name, number, before, after, index.rules[rule].name]);
  }
  element.setAttribute("aria-pressed", marks.has(key));
  $("marked").hidden = marks.size === 0;
  $("marked").textContent = `${marks.size} marked…`;
}

function listMarks() {
  const plain = value => String(value).replace(/[\t\r\n]+/g, " ");
  const order = (a, b) => {
    const [[p, q], [r, s]] = [a, b].map(([key]) => key.split(" ").map(Number));
    return p - r || q - s;
  };
  const lines = [...marks].sort(order).map(([, fields]) => fields.map(plain).join("\t"));
  const area = $("list").querySelector("textarea");
  area.value = lines.join("\n") + "\n";
  $("list").showModal();
  area.select();
}

// The reader

const changeOf = event => event.target.closest && event.target.closest(".change");
const focusable = element => body.querySelector(`[role=button][data-at="${element.dataset.at}"]`);

body.addEventListener("mouseover", event => {
  const element = changeOf(event);
  if (element) explain(element);
  else if (document.activeElement === current && current) explain(current);
  else hide();
});
body.addEventListener("mouseleave", () => {
  if (current && document.activeElement === current) explain(current);
  else hide();
});
body.addEventListener("focusin", event => {
  const element = changeOf(event);
  if (!element) return;
  pick(element);
  explain(element);
});
body.addEventListener("focusout", hide);
// A click looks at a change, another one marks it.
let again = false;
body.addEventListener("pointerdown", event => {
  const element = changeOf(event);
  again = element !== null && document.activeElement === focusable(element);
}, true);
body.addEventListener("click", event => {
  const element = changeOf(event);
  if (!element || !getSelection().isCollapsed) return;
  const button = focusable(element);
  button.focus({ preventScroll: true });
  if (again) mark(button);
});
addEventListener("scroll", () => {
  if (!tip.hidden && current && document.activeElement === current) explain(current);
  else hide();
}, { passive: true });

const dark = matchMedia("(prefers-color-scheme: dark)");
function theme(chosen) {
  const now = chosen || (dark.matches ? "dark" : "light");
  if (chosen) document.documentElement.style.colorScheme = chosen;
  $("theme").setAttribute("aria-checked", String(now === "dark"));
}
function turn() {
  theme($("theme").getAttribute("aria-checked") === "true" ? "light" : "dark");
}

const keys = {
  n: () => move(1), j: () => move(1), p: () => move(-1), k: () => move(-1),
  "[": () => show(state.page - 1), "]": () => show(state.page + 1),
  f: () => $("fold").click(), t: turn,
};
const arrows = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey || $("list").open) return;
  const target = event.target;
  if (target.matches("select, textarea, input:not([type=checkbox])")) return;
  const onChange = current !== null && target === current;
  let done = true;
  if (event.key === "Escape") hide();
  else if (onChange && arrows[event.key]) move(arrows[event.key]);
  else if (onChange && (event.key === "Enter" || event.key === " ")) mark(current);
  else if (keys[event.key]) keys[event.key]();
  else done = false;
  if (done) event.preventDefault();
});

$("back").addEventListener("click", () => show(state.page - 1));
$("forth").addEventListener("click", () => show(state.page + 1));
$("page").addEventListener("change", event => show(Number(event.target.value) - 1));
$("every").addEventListener("click", () => all(true));
$("none").addEventListener("click", () => all(false));
$("sure").addEventListener("change", event => { state.sure = event.target.value; choose(); });
$("find").addEventListener("input", event => { state.find = event.target.value; choose(); });
$("fold").addEventListener("change", draw);
$("scripts").addEventListener("change", event => body.parentElement.classList.toggle("plain", !event.target.checked));
$("theme").addEventListener("click", turn);
$("marked").addEventListener("click", listMarks);
$("copy").addEventListener("click", () => {
  const area = $("list").querySelector("textarea");
  area.select();
  if (navigator.clipboard) navigator.clipboard.writeText(area.value).catch(() => {});
});
dark.addEventListener("change", () => { if (!document.documentElement.style.colorScheme) theme(); });
addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));

// What sticks below the header has to know its height.
new ResizeObserver(([{ target }]) => {
  document.documentElement.style.setProperty("--top", target.offsetHeight + "px");
}).observe(document.querySelector("header"));

const names = index.texts.map(text => text.name);
$("name").textContent = names.length === 1 ? names[0] : count(names.length, "file");
document.title = `${$("name").textContent} – zhnorm`;
$("done").textContent = `zhnorm ${index.version} ${index.done}: ${count(index.counts.reduce((a, b) => a + b, 0), "change")}`;
$("pages").textContent = index.pages.length;
$("page").max = index.pages.length;
document.querySelector(".pager").hidden = index.pages.length < 2;
$("side").open = innerWidth > 900;
theme();
listRules();
listTexts();
state.page = Number(location.hash.slice(1)) - 1 || 0;
rows = [];
shown = index.changes.map(() => true);
listPairs();
show(state.page);
