// The tuner: the indicator in hand by slider and by number box, its pins and its stage shape.
// @ts-check
import { h, SIGNS } from "./dom.js";
import { findingList } from "./findings.js";
import { oddsPanel } from "./odds.js";
import { follow, part } from "./part.js";
import { hear, named } from "./root.js";
import { yearLine } from "./years.js";

/** @import { Told } from "./findings.js" */
/** @import { OddsView } from "./odds.js" */
/** @import { Place } from "./part.js" */
/** @import { Hold, Scale, Year } from "./years.js" */

/**
 * @typedef {object} Words
 * @property {string} label
 * @property {string} name
 * @property {{ label: string, text: string }[]} facts
 * @property {string} state
 * @property {string} word
 * @property {Year[]} years
 * @property {string} legend
 * @property {string} shapeLabel
 * @property {{ id: string, text: string, on: boolean }[]} shapes
 * @property {string} release
 * @property {string} releaseHint
 * @property {Told[]} findings
 * @property {string} findingsLabel
 * @property {string} chart
 * @property {OddsView | null} odds
 *
 * @typedef {Words & Scale} TunerView
 * @typedef {TunerView | { id?: undefined }} TunerViewOrNone
 */

/** What is in hand, and how it stands. */
function heading() {
  const title = h("h2");
  const facts = h("dl", { class: "pl-facts" });

  /** @param {TunerView} view */
  function show(view) {
    title.replaceChildren(
      `${view.label}${view.name}`,
      h("small", {}, ` ${view.unit}`),
      " ",
      h(
        "span",
        { class: "pl-state", "data-state": view.state },
        `${SIGNS[view.state]} ${view.word}`,
      ),
    );
    facts.replaceChildren(
      ...view.facts.flatMap(({ label, text }) => [h("dt", {}, label), h("dd", {}, text)]),
    );
  }

  return { elements: [title, facts], show };
}

/**
 * The stage shape, and letting go of everything asked for.
 * @param {Place} place
 * @param {() => string} inHand
 */
function shaping({ root, act }, inHand) {
  const id = named(root, "pl-shape");
  const label = h("label", { for: id });
  const choose = () => act("shape", { indicator: inHand(), shape: menu.value });
  const menu = h("select", { id, onchange: choose });
  const letGo = () => act("release", { indicator: inHand() });
  const release = h("button", { type: "button", onclick: letGo });
  const legend = h("small", { class: "pl-legend" });
  const box = h("div", { class: "pl-shape" }, label, menu, release, legend);

  /** @param {TunerView} view */
  function show(view) {
    label.textContent = view.shapeLabel;
    legend.textContent = view.legend;
    const options = view.shapes.map((item) =>
      h("option", { value: item.id, selected: item.on }, item.text),
    );
    menu.replaceChildren(...options);
    release.textContent = view.release;
    release.hidden = !view.release;
    release.title = view.releaseHint;
  }

  return { box, show };
}

/** The chart, drawn anew where it changed. */
function chart() {
  const box = h("div", { class: "pl-chart" });
  let drawn = "";

  /** @param {TunerView} view */
  function show(view) {
    if (view.chart === drawn) return;
    drawn = view.chart;
    box.innerHTML = drawn; // made and escaped by the kernel
  }

  return { box, show };
}

/** @param {Place} place */
function build(place) {
  const { el, root, act, signal } = place;
  /** @type {Hold} */
  const hold = { control: null, letGo: false, drag: 0 };
  /** @type {ReturnType<typeof yearLine>[]} */
  let lines = [];
  let id = "";
  const head = heading();
  const years = h("div", { class: "pl-years" });
  const shape = shaping(place, () => id);
  const findings = h("div");
  const body = h("section", { class: "pl-tuner" }, ...head.elements, years, shape.box, findings);
  const picture = chart();
  const odds = oddsPanel(act);
  el.append(body, picture.box, odds.box);

  /** @param {TunerView} view */
  function drawYears(view) {
    const same = lines.length === view.years.length;
    if (!(same && view.years.every((item, index) => item.year === lines[index]?.year))) {
      lines = view.years.map((facts) => yearLine({ facts, scale: view }, hold, act));
      years.replaceChildren(...lines.map((line) => line.row));
    }
    view.years.forEach((facts, index) => {
      lines[index]?.show({ facts, scale: view });
    });
  }

  /** @param {TunerViewOrNone} view */
  function draw(view) {
    body.hidden = !view.id;
    if (!view.id) return;
    if (id !== view.id) hold.control = null;
    id = view.id;
    head.show(view);
    drawYears(view);
    shape.show(view);
    const found = view.findings.length ? [findingList(view.findings, view.findingsLabel, act)] : [];
    findings.replaceChildren(...found);
    picture.show(view);
    odds.show(view.odds);
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  }

  /** @param {boolean} now */
  function busy(now) {
    if (now || !hold.letGo) return;
    hold.control = null;
    hold.letGo = false;
  }

  follow(place, draw);
  hear(root, "busy", busy, signal);
  // What was refused does not stay in a box.
  const rewrite = () => {
    for (const line of lines) line.write();
  };
  hear(root, "answered", rewrite, signal);
}

export default part(build);
