"use strict";
// Draws lines: the source and the result of each, side by side. Knows what the data
// say, and nothing of filters, pages and keys.
//
// A line is [number, pieces, scripts, scripts of the result if they differ]. A piece
// is a text that stays, the number of a change, or [malformed bytes in hexadecimal].
// The number is 0 where a long line goes on.

const BEFORE = 0, AFTER = 1, RULE = 2, CONFIDENCE = 3, CHOICES = 4;

const read = id => JSON.parse(document.getElementById(id).textContent);
const index = read("index");

/** An element with attributes and what is in it. Text is never read as HTML. */
function make(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...inside);
  return element;
}

const TAGS = { t: "繁", s: "简", j: "日" };

/** The languages by which a browser chooses the forms of characters. */
function languages(mix, target) {
  const chinese = target && target.startsWith("zh-Hant") ? target : "zh-Hant";
  // What both scripts have is shown as the rest of the text.
  const common = target || (mix[0] >= mix[1] ? "zh-Hant" : "zh-Hans");
  return { t: chinese, s: "zh-Hans", c: common, j: "ja", o: common };
}

const NAMES = {
  0: "NUL", 9: "TAB", 10: "LF", 13: "CR", 27: "ESC", 32: "␣", 127: "DEL", 0xa0: "NBSP", 0xad: "SHY",
  0x200b: "ZWSP", 0x200c: "ZWNJ", 0x200d: "ZWJ", 0x200e: "LRM", 0x200f: "RLM", 0x2028: "LS", 0x2029: "PS",
  0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO", 0x2060: "WJ",
  0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x3000: "□", 0xfeff: "BOM",
};

// Emoji are left whole, with the joiners in them. Selectors stay with their character.
const EMOJI = "\\p{Extended_Pictographic}[\\u200d\\ufe0f\\u{1f3fb}-\\u{1f3ff}\\p{Extended_Pictographic}]*";
const UNSEEN = "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}\\u00a0]";
const SIGNS = new RegExp(`${EMOJI}|(${UNSEEN})`, "gu");
// Where something was changed, blanks and line ends are to be seen too.
const SIGNS_OF_CHANGES = new RegExp(`${EMOJI}|(${UNSEEN}|[ \\u3000])`, "gu");
const SELECTOR = /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/u;

function nameOf(sign) {
  const code = sign.codePointAt(0);
  return NAMES[code] || "U+" + code.toString(16).toUpperCase().padStart(4, "0");
}

/** Puts a text into an element, with a name for each sign that cannot be seen. */
function write(element, text, changed) {
  let at = 0;
  for (const match of text.matchAll(changed ? SIGNS_OF_CHANGES : SIGNS)) {
    const sign = match[1];
    if (!sign || (!changed && (sign === "\t" || sign === "\n"))) continue;
    const selects = SELECTOR.test(sign);
    const end = match.index + sign.length;
    element.append(text.slice(at, selects ? end : match.index));
    element.append(make("span", { class: "sign", "data-name": nameOf(sign) }, selects ? "" : sign));
    at = end;
  }
  element.append(text.slice(at));
}

/** The scripts of a side, as its text comes by. */
class Stretches {
  constructor(letters) {
    const all = [...letters.matchAll(/([a-z])(\d*)/g)];
    this.left = all.map(([, script, len]) => [script, len === "" ? Infinity : Number(len)]);
    const total = {};
    for (const [script, len] of this.left) total[script] = (total[script] || 0) + len;
    /** The script of most of it. */
    this.most = Object.keys(total).reduce((a, b) => (total[b] > total[a] ? b : a), this.left.length ? this.left[0][0] : "o");
    this.mixed = Object.keys(total).filter(script => TAGS[script]).length > 1;
    this.last = "";
  }
  *take(text) {
    while (text) {
      const now = this.left[0] || ["o", Infinity];
      const part = text.slice(0, now[1]);
      now[1] -= part.length;
      if (now[1] === 0) this.left.shift();
      text = text.slice(part.length);
      yield [now[0], part];
    }
  }
}

/** Puts text into a side, each stretch in its script and language. */
function put(element, side, text, changed) {
  for (const [script, part] of side.stretches.take(text)) {
    let inside = element;
    if (side.stretches.mixed || script !== side.stretches.most) {
      // A letter says where another script begins.
      const tag = script === side.stretches.last ? undefined : TAGS[script];
      inside = make("span", { class: script, lang: side.languages[script], "data-tag": tag });
      element.append(inside);
      if (script !== "o" && script !== "c") side.stretches.last = script;
    }
    write(inside, part, changed);
  }
}

/** The two sides of a change; `at`: its number on the page. */
function change(sides, number, at) {
  const entry = index.changes[number];
  const kind = index.rules[entry[RULE]].kind;
  // Of repairs the reader wants to know at once how sure they are.
  const sure = kind === "repair" || entry[CONFIDENCE] < 100 ? entry[CONFIDENCE] + "\u00a0%" : undefined;
  const of = side => ({ class: "change " + kind, "data-at": at, "data-number": number, "data-sure": side ? sure : undefined });
  const before = make("del", of(0));
  const after = make("span", {
    ...of(1), role: "button", tabindex: "-1", "aria-pressed": "false", "aria-describedby": "tip",
    "aria-label": entry[AFTER] ? undefined
      : "nothing, in place of " + entry[BEFORE].replace(SIGNS_OF_CHANGES, (all, sign) => (sign ? nameOf(sign) : all)),
  });
  put(before, sides[0], entry[BEFORE], true);
  put(after, sides[1], entry[AFTER], true);
  sides[0].cell.append(before);
  sides[1].cell.append(after);
}

/** A line of the table. `shown`: which changes are shown as such; `first`: how many
 * changes are before it on the page. */
function drawRow([line, pieces, source, result], text, shown, first) {
  const sides = [source, result === undefined ? source : result].map((letters, i) => {
    const stretches = new Stretches(letters);
    const spoken = languages(i ? text.after : text.before, i ? index.language : null);
    const cell = make("td", {
      role: "cell", class: stretches.mixed ? "o" : stretches.most, lang: spoken[stretches.most], dir: "ltr",
    });
    return { stretches, languages: spoken, cell };
  });
  let at = first;
  pieces.forEach((piece, i) => {
    // The end of a line is the end of the row.
    const seen = text => (i === pieces.length - 1 ? text.replace(/\r?\n$/, "") : text);
    if (typeof piece === "string") {
      for (const side of sides) put(side.cell, side, seen(piece), false);
    } else if (Array.isArray(piece)) {
      for (const side of sides) side.cell.append(make("code", { class: "malformed" }, piece[0]));
    } else if (shown[piece]) {
      change(sides, piece, at++);
    } else {
      put(sides[0].cell, sides[0], index.changes[piece][BEFORE], false);
      put(sides[1].cell, sides[1], index.changes[piece][AFTER], false);
      at++;
    }
  });
  for (const { cell, stretches } of sides) {
    // Signs alone are in no script.
    if (!/\p{L}/u.test(cell.textContent)) cell.className = "o";
    else if (!stretches.mixed && TAGS[stretches.most]) cell.dataset.script = TAGS[stretches.most];
  }
  const number = make("th", { role: "rowheader", scope: "row" }, line ? String(line) : "");
  const blank = sides.every(({ cell }) => cell.textContent.trim() === "");
  const kinds = [at > first ? "" : "same", blank ? "blank" : ""].join(" ").trim();
  return make("tr", { role: "row", class: kinds || undefined }, number, ...sides.map(side => side.cell));
}

/** What is said of a change: both texts, rule, how sure it is, what else there was. */
function describe(number, text) {
  const [before, after, rule, confidence, choices] = index.changes[number];
  const { name, kind, about } = index.rules[rule];
  const short = text => ([...text].length > 40 ? [...text].slice(0, 40).join("") + "…" : text);
  const said = (text, mix, target) => {
    const element = make("b", { lang: languages(mix, target).c });
    write(element, short(text) || "∅", true);
    return element;
  };
  const meter = make("meter", { min: 0, max: 100, value: confidence, "aria-hidden": "true" });
  const parts = [
    make("p", { class: "pair" }, said(before, text.before, null), " → ", said(after, text.after, index.language)),
    make("p", {}, make("span", { class: "sample " + kind }, name), " ", about),
    make("p", {}, "confidence ", meter, ` ${confidence} %`),
  ];
  if (choices.length) {
    const all = make("span", { class: "choices", lang: languages(text.after, index.language).c }, choices.join(" "));
    parts.push(make("p", {}, "could also have been ", all));
  }
  return parts;
}
