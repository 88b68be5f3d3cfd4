// The tuner: the indicator in hand by slider and by number box, its pins and its stage shape.
// @ts-check
import { findingList, h, SIGNS } from "./dom.js";
import { feasibility } from "./feasible.js";
import { follow, part } from "./part.js";
import { hear, named } from "./root.js";
import { yearLine } from "./years.js";

/** @import { Told } from "./dom.js" */
/** @import { OddsFace } from "./feasible.js" */
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
 * @property {string} shapeLabel
 * @property {{ id: string, text: string, on: boolean }[]} shapes
 * @property {string} release
 * @property {string} releaseHint
 * @property {Told[]} findings
 * @property {string} findingsLabel
 * @property {string} chart
 * @property {OddsFace | null} odds
 *
 * @typedef {Words & Scale} TunerFace
 * @typedef {TunerFace | { id?: undefined }} TunerFaceOrNone
 */

/** What is in hand, and how it stands. */
function heading() {
  const title = h("h2");
  const facts = h("dl", { class: "pl-facts" });

  /** @param {TunerFace} face */
  function show(face) {
    title.replaceChildren(
      `${face.label}${face.name}`,
      h("small", {}, ` ${face.unit}`),
      " ",
      h(
        "span",
        { class: "pl-state", "data-state": face.state },
        `${SIGNS[face.state]} ${face.word}`,
      ),
    );
    facts.replaceChildren(
      ...face.facts.flatMap(({ label, text }) => [h("dt", {}, label), h("dd", {}, text)]),
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
  const box = h("div", { class: "pl-shape" }, label, menu, release);

  /** @param {TunerFace} face */
  function show(face) {
    label.textContent = face.shapeLabel;
    const options = face.shapes.map((item) =>
      h("option", { value: item.id, selected: item.on }, item.text),
    );
    menu.replaceChildren(...options);
    release.textContent = face.release;
    release.hidden = !face.release;
    release.title = face.releaseHint;
  }

  return { box, show };
}

/** The chart, drawn anew where it changed. */
function chart() {
  const box = h("div", { class: "pl-chart" });
  let drawn = "";

  /** @param {TunerFace} face */
  function show(face) {
    if (face.chart === drawn) return;
    drawn = face.chart;
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
  const odds = feasibility(act);
  el.append(body, picture.box, odds.box);

  /** @param {TunerFace} face */
  function drawYears(face) {
    const same = lines.length === face.years.length;
    if (!(same && face.years.every((item, index) => item.year === lines[index]?.year))) {
      lines = face.years.map((facts) => yearLine({ facts, scale: face }, hold, act));
      years.replaceChildren(...lines.map((line) => line.row));
    }
    face.years.forEach((facts, index) => {
      lines[index]?.show({ facts, scale: face });
    });
  }

  /** @param {TunerFaceOrNone} face */
  function draw(face) {
    body.hidden = !face.id;
    if (!face.id) return;
    if (id !== face.id) hold.control = null;
    id = face.id;
    head.show(face);
    drawYears(face);
    shape.show(face);
    const found = face.findings.length ? [findingList(face.findings, face.findingsLabel)] : [];
    findings.replaceChildren(...found);
    picture.show(face);
    odds.show(face.odds);
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
