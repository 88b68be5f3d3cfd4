// Tour: a few words on each thing in turn, which is framed meanwhile; it can be closed at any time.
// @ts-check
import { h } from "./dom.js";

/** @import { Act } from "./wire.js" */

/**
 * @typedef {{ id: string, page: string, text: string, at: string }} Stop
 * @typedef {{ button: string, next: string, back: string, close: string, stops: Stop[] }} TourView
 */

/**
 * What each stop is about.
 * @type {Record<string, string>}
 */
const WHERE = {
  start: ".pl-start",
  lights: ".pl-lightbar",
  goals: ".pl-goals .pl-grid",
  tuner: ".pl-tuner",
  rail: ".pl-rail",
  form: ".pl-form",
  export: ".pl-deliver",
};
const FRAMED = "pl-toured";

/**
 * The tour of an app.
 * @param {Element} root
 * @param {Act} act
 */
export function tour(root, act) {
  /** @type {TourView} */
  let view = { button: "", next: "", back: "", close: "", stops: [] };
  let at = -1;
  const button = h("button", { type: "button", onclick: () => go(at < 0 ? 0 : -1) });
  const where = h("strong");
  const text = h("p");
  const back = h("button", { type: "button", onclick: () => go(at - 1) });
  const next = h("button", { type: "button", class: "pl-tournext", onclick: () => go(at + 1) });
  const close = h("button", { type: "button", class: "pl-close", onclick: () => go(-1) }, "×");
  const box = h("section", { class: "pl-tour", role: "dialog", hidden: true });
  box.append(where, text, back, next, close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") go(-1);
  });

  /** @param {number} to */
  function go(to) {
    const stop = view.stops[to];
    at = stop ? to : -1;
    if (stop?.page) act("look", { page: stop.page });
    write();
    if (stop) next.focus();
    else button.focus();
    setTimeout(frame, 350); // once the page it is on is in sight
  }

  function frame() {
    for (const each of root.querySelectorAll(`.${FRAMED}`)) each.classList.remove(FRAMED);
    const stop = view.stops[at];
    if (stop) root.querySelector(WHERE[stop.id] ?? "")?.classList.add(FRAMED);
  }

  function write() {
    const stop = view.stops[at];
    box.hidden = !stop;
    button.textContent = view.button;
    button.setAttribute("aria-expanded", String(Boolean(stop)));
    button.hidden = view.stops.length === 0;
    if (!stop) return frame();
    where.textContent = stop.at;
    box.setAttribute("aria-label", stop.at);
    text.textContent = stop.text;
    back.textContent = view.back;
    back.disabled = at === 0;
    const last = at === view.stops.length - 1;
    next.textContent = last ? view.close : view.next;
    close.setAttribute("aria-label", view.close);
  }

  /** @param {TourView} now */
  function show(now) {
    view = now;
    if (at >= view.stops.length) at = -1;
    write();
  }

  return { button, box, show };
}
