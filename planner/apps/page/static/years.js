// The years: a line for each year of the indicator in hand - slider, number box and pin - and
// which of them somebody holds, so that it is not written over while it is moved.
// @ts-check
import { h } from "./dom.js";

/** @import { Act, Facts } from "./wire.js" */

/**
 * @typedef {object} Year
 * @property {number} year
 * @property {string} value
 * @property {boolean} pinned
 * @property {string} mark
 * @property {string} slider
 * @property {string} box
 * @property {string} pin
 * @property {string} pinHint
 * @property {Mark[]} marks
 *
 * Something to see beside a slider: what is asked for, where the past leads, what is safe.
 * @typedef {{ kind: "need" | "trend" | "safe", value: string, text: string }} Mark
 *
 * What all years have in common.
 * @typedef {object} Scale
 * @property {string} id
 * @property {string} unit
 * @property {string} low
 * @property {string} high
 * @property {string} step
 * @property {number} decimals
 *
 * What is moved. It is let go of when nobody moves it any more, and free once all of its
 * movements are answered; a drag is one step to undo.
 * @typedef {{ control: Element | null, letGo: boolean, drag: number }} Hold
 *
 * @typedef {{ facts: Year, scale: Scale }} Now
 */

const TICKS = { need: "▲", trend: "◆", safe: "●" };

/** How many steps of the keyboard each key moves a slider by. */
const STEPS = new Map(
  Object.entries({
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: 10,
    PageDown: -10,
  }),
);

/**
 * @param {Hold} hold
 * @param {Element} control
 */
function take(hold, control) {
  hold.control = control;
  hold.letGo = false;
}

/**
 * The slider of a year.
 * @param {Hold} hold
 * @param {() => Now} now
 * @param {(value: string) => void} moved
 */
function sliderOf(hold, now, moved) {
  const slider = h("input", { type: "range", class: "pl-slider" });

  function move() {
    take(hold, slider);
    moved(Number(slider.value).toFixed(now().scale.decimals));
  }

  function letGo() {
    hold.letGo = true;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const steps = STEPS.get(event.key);
    if (steps === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const step = Number(event.shiftKey ? slider.step : now().scale.step);
    slider.value = String(Number(slider.value) + steps * step);
    move();
  }

  slider.addEventListener("pointerdown", () => {
    hold.drag += 1;
    take(hold, slider);
  });
  slider.addEventListener("input", move);
  slider.addEventListener("change", letGo);
  slider.addEventListener("keyup", letGo);
  slider.addEventListener("blur", () => {
    letGo();
    hold.drag += 1;
  });
  slider.addEventListener("keydown", pressed);
  return slider;
}

/**
 * The number box of a year; it keeps what was sent, so that undo knows it from what is typed.
 * @param {Hold} hold
 * @param {() => Now} now
 * @param {(value: string) => void} typed
 */
function boxOf(hold, now, typed) {
  const box = h("input", { type: "text", inputmode: "decimal", class: "pl-box" });

  function reset() {
    hold.control = null;
    box.value = box.dataset.sent = now().facts.value;
  }

  function settle() {
    const text = box.value.trim();
    if (!text || text === now().facts.value) {
      reset();
      return;
    }
    hold.control = null;
    hold.drag += 1;
    box.dataset.sent = box.value;
    typed(box.value);
  }

  box.addEventListener("focus", () => take(hold, box));
  box.addEventListener("blur", settle);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
    if (event.key === "Escape") reset();
  });
  return box;
}

/**
 * The line of a year.
 * @param {Now} first
 * @param {Hold} hold
 * @param {Act} act
 */
export function yearLine(first, hold, act) {
  let now = first;
  const { year } = first.facts;
  const slider = sliderOf(
    hold,
    () => now,
    (value) => {
      box.value = value;
      tune(value, `${now.scale.id} ${year} ${hold.drag}`);
    },
  );
  const box = boxOf(
    hold,
    () => now,
    (value) => tune(value, ""),
  );
  const fix = () => act("pin", { indicator: now.scale.id, year });
  const when = h("span", { class: "pl-when", "aria-hidden": "true" }, String(year));
  const pin = h("button", { type: "button", class: "pl-pin", onclick: fix });
  const mark = h("span", { class: "pl-mark" });
  const ticks = h("span", { class: "pl-ticks" });
  const track = h("span", { class: "pl-track" }, slider, ticks);
  const row = h("div", { class: "pl-year", "data-year": year }, when, track, box, pin, mark);
  let ticked = "";

  /** Marks stand where the middle of the handle would; those out of the slider's reach are left out. */
  function tick() {
    const { facts, scale } = now;
    const text = JSON.stringify([facts.marks, scale.low, scale.high]);
    if (text === ticked) return;
    ticked = text;
    const low = Number(scale.low);
    const span = Number(scale.high) - low;
    const made = facts.marks
      .map(({ kind, value, text: title }) => ({ kind, title, at: (Number(value) - low) / span }))
      .filter(({ at }) => at >= 0 && at <= 1)
      .map(({ kind, title, at }) => {
        const style = `left: calc(8px + (100% - 16px) * ${at.toFixed(4)})`;
        return h("i", { class: "pl-tick", "data-kind": kind, title, style }, TICKS[kind]);
      });
    ticks.replaceChildren(...made);
  }

  /**
   * @param {string} value
   * @param {string} gesture
   */
  function tune(value, gesture) {
    /** @type {Facts} */
    const facts = { indicator: now.scale.id, year, value, gesture };
    act("tune", facts, `tune ${now.scale.id} ${year}`);
  }

  /** Write the value where nobody holds it. */
  function write() {
    const { facts, scale } = now;
    if (hold.control !== slider) slider.value = facts.value || scale.low;
    if (hold.control !== box && hold.control !== slider) {
      box.value = box.dataset.sent = facts.value;
    }
  }

  /** @param {Now} next */
  function show(next) {
    now = next;
    const { facts, scale } = now;
    slider.min = scale.low;
    slider.max = scale.high;
    slider.step = (10 ** -scale.decimals).toFixed(scale.decimals);
    slider.setAttribute("aria-label", facts.slider);
    slider.setAttribute("aria-valuetext", `${facts.value} ${scale.unit}`);
    box.setAttribute("aria-label", facts.box);
    write();
    tick();
    pin.textContent = `${facts.pinned ? "◆" : "◇"} ${facts.pin}`;
    pin.setAttribute("aria-pressed", String(facts.pinned));
    pin.setAttribute("aria-label", facts.pinHint);
    mark.textContent = facts.mark;
    row.classList.toggle("pl-pinned", facts.pinned);
  }

  return { year, row, show, write };
}
