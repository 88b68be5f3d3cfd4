// Feasibility: the odds of what is in hand and of all firm goals together, and the target to take.
// @ts-check
import { h } from "./dom.js";
import { helpMark } from "./help.js";

/** @import { Act } from "./wire.js" */

/**
 * @typedef {{ id: string, name: string, text: string, share: number, hint: string }} OddsRow
 *
 * @typedef {object} OddsHand
 * @property {string} id
 * @property {string} title
 * @property {string} years
 * @property {string} word
 * @property {string} range
 * @property {{ year: number, value: string, text: string, hint: string } | null} safe
 * @property {string[]} lines
 *
 * @typedef {object} OddsView
 * @property {string} label
 * @property {string} help
 * @property {{ label: string, text: string, share: number, means: string }} joint
 * @property {string} stages
 * @property {OddsHand | null} hand
 * @property {string} rowsLabel
 * @property {OddsRow[]} rows
 * @property {string} notesLabel
 * @property {string[]} notes
 */

/** A bar as long as a chance is good. */
function meter() {
  const share = h("span");
  const box = h("span", { class: "pl-meter", "aria-hidden": "true" }, share);

  /** @param {number} value */
  function fill(value) {
    share.style.width = `${100 * value}%`;
  }

  return { box, fill };
}

/** @param {string[]} texts */
function listed(texts) {
  return texts.map((text) => h("li", {}, text));
}

/** The odds of all firm goals together. */
function together() {
  const label = h("span");
  const chance = h("b");
  const bar = meter();
  const stages = h("small");
  const facts = { class: "pl-joint", role: "status" };
  const line = h("p", facts, label, " ", chance, " ", bar.box, " ", stages);
  const means = h("p", { class: "pl-means" });
  const box = h("div", {}, line, means);

  /** @param {OddsView} view */
  function show(view) {
    label.textContent = view.joint.label;
    chance.textContent = view.joint.text;
    bar.fill(view.joint.share);
    stages.textContent = view.stages;
    means.textContent = view.joint.means;
  }

  return { box, show };
}

/**
 * The odds of the indicator in hand, and its safe target to be taken with a click.
 * @param {Act} act
 */
function inHand(act) {
  /** @type {OddsHand | null} */
  let now = null;
  const title = h("h3");
  const years = h("b", { class: "pl-oddsyears" });
  const safe = h("button", { type: "button", class: "pl-safe", onclick: take });
  const range = h("p", { class: "pl-range" });
  const lines = h("ul", { class: "pl-oddslines" });
  const head = h("div", {}, title, years, safe);
  const box = h("div", { class: "pl-oddshand" }, head, range, lines);

  function take() {
    if (!now?.safe) return;
    const { year, value } = now.safe;
    act("tune", { indicator: now.id, year, value, gesture: "" });
  }

  /** @param {OddsView} view */
  function show({ hand }) {
    now = hand;
    box.hidden = !hand;
    if (!hand) return;
    title.textContent = hand.title;
    years.textContent = hand.word ? `${hand.years}　${hand.word}` : hand.years;
    safe.hidden = !hand.safe;
    safe.textContent = hand.safe?.text ?? "";
    safe.title = hand.safe?.hint ?? "";
    range.textContent = hand.range;
    lines.replaceChildren(...listed(hand.lines));
  }

  return { box, show };
}

/**
 * A line of one goal, which takes it in hand.
 * @param {string} id
 * @param {Act} act
 */
function oddsLine(id, act) {
  const name = h("span");
  const bar = meter();
  const chance = h("b");
  const take = () => act("look", { hand: id });
  const facts = { type: "button", class: "pl-oddsrow", "data-indicator": id, onclick: take };
  const button = h("button", facts, name, bar.box, chance);

  /** @param {OddsRow} row */
  function show(row) {
    button.title = row.hint;
    name.textContent = row.name;
    bar.fill(row.share);
    chance.textContent = row.text;
  }

  return { id, button, show };
}

/**
 * The odds of each firm goal.
 * @param {Act} act
 */
function oddsLines(act) {
  const box = h("div", { class: "pl-oddsrows", role: "group" });
  /** @type {ReturnType<typeof oddsLine>[]} */
  let lines = [];

  /** @param {OddsView} view */
  function show({ rows, rowsLabel }) {
    box.setAttribute("aria-label", rowsLabel);
    const same = lines.length === rows.length;
    if (!(same && rows.every((row, index) => row.id === lines[index]?.id))) {
      lines = rows.map((row) => oddsLine(row.id, act));
      box.replaceChildren(...lines.map((line) => line.button));
    }
    rows.forEach((row, index) => {
      lines[index]?.show(row);
    });
  }

  return { box, show };
}

/** What the odds rest on. */
function footnotes() {
  const label = h("summary");
  const list = h("ul");
  const box = h("details", { class: "pl-oddsnotes" }, label, list);

  /** @param {OddsView} view */
  function show(view) {
    label.textContent = view.notesLabel;
    list.replaceChildren(...listed(view.notes));
  }

  return { box, show };
}

/**
 * The panel of odds.
 * @param {Act} act
 */
export function oddsPanel(act) {
  const title = h("h2");
  const pieces = [together(), inHand(act), oddsLines(act), footnotes()];
  const boxes = pieces.map((piece) => piece.box);
  const box = h("section", { class: "pl-odds", hidden: true }, title, ...boxes);

  /** @param {OddsView | null} view */
  function show(view) {
    box.hidden = !view;
    if (!view) return;
    box.setAttribute("aria-label", view.label);
    if (title.textContent?.startsWith(view.label) !== true) {
      title.replaceChildren(view.label, helpMark(view.help, view.label) ?? "");
    }
    for (const piece of pieces) piece.show(view);
  }

  return { box, show };
}
