// A document to show parts in, as a browser would have one; apps are put into it by hand.
// @ts-check
import { JSDOM } from "jsdom";
import { Kernel } from "./kernel.js";

/** @import { Model } from "../../planner/apps/page/static/wire.js" */

/** @typedef {{ render(given: { model: Model, el: HTMLElement }): () => void }} Part */

const NAMES = [
  "AbortController",
  "CustomEvent",
  "Element",
  "HTMLElement",
  "HTMLInputElement",
  "MutationObserver",
  "document",
  "localStorage",
];

/** @type {(() => void)[]} */
const open = [];

/** Put away what is shown, and nothing waits for an answer any more. */
export function putAllAway() {
  for (const putAway of open.splice(0)) putAway();
}

/** Begin with an empty document, in which nobody has seen an app yet. */
export function newDocument() {
  putAllAway();
  const { window } = new JSDOM("<!doctype html><body></body>", { url: "http://127.0.0.1/" });
  for (const name of NAMES) {
    Object.defineProperty(globalThis, name, {
      value: window[name],
      configurable: true,
      writable: true,
    });
  }
  Reflect.deleteProperty(globalThis, Symbol.for("planner.apps"));
}

/** Put an app into the document, as the page does: a root with nothing in it. */
export function newRoot() {
  const root = document.createElement("div");
  root.className = "planner";
  document.body.append(root);
  return root;
}

/**
 * Show a part in an app.
 * @param {Part} part
 * @param {object} view
 * @param {HTMLElement} [root]
 */
export function shown(part, view, root = newRoot()) {
  const kernel = new Kernel();
  const el = document.createElement("div");
  kernel.show(view);
  root.append(el);
  const putAway = part.render({ model: kernel.model, el });
  open.push(putAway);
  return { kernel, el, root, putAway };
}

/**
 * Press a key where something is; whether it was taken is returned.
 * @param {Element | Document} target
 * @param {string} key
 * @param {KeyboardEventInit} [how]
 */
export function press(target, key, how = {}) {
  const { KeyboardEvent } = /** @type {typeof globalThis} */ (viewOf(target));
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...how });
  return !target.dispatchEvent(event);
}

/**
 * Let an event happen to an element.
 * @param {Element} target
 * @param {string} name
 */
export function happen(target, name) {
  const { Event } = /** @type {typeof globalThis} */ (viewOf(target));
  return target.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
}

/** @param {Node} node */
function viewOf(node) {
  const view = (node.ownerDocument ?? /** @type {Document} */ (node)).defaultView;
  if (!view) throw new Error("a document without a window");
  return view;
}

/** Let what waits for changes of the document hear of them. */
export async function settled() {
  await new Promise((done) => setTimeout(done));
}
