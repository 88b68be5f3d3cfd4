// A part: a piece of the page that anywidget shows, begun once it is in its app; and how it
// follows its view.
// @ts-check
import { hear, join, rootOf, until } from "./root.js";
import { wire } from "./wire.js";

/** @import { Act, Model } from "./wire.js" */

/**
 * Where a part stands: its model, its own element, its app's root, its wire to the kernel, and
 * what tells that it is put away.
 * @typedef {{ model: Model, el: HTMLElement, root: HTMLElement, act: Act, signal: AbortSignal }} Place
 */

/**
 * Make what anywidget shows. It asks for it before it has put the element anywhere.
 * @param {(place: Place) => void} build
 */
export function part(build) {
  /** @param {{ model: Model, el: HTMLElement }} given */
  function render({ model, el }) {
    const gone = new AbortController();
    const { signal } = gone;
    /** @param {HTMLElement} root */
    function begin(root) {
      join(root, signal);
      el.classList.add("pl-part");
      el.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab leaves keys to the page
      build({ model, el, root, signal, act: wire(model, root, signal) });
    }
    until(document, () => rootOf(el), begin, signal);
    return () => gone.abort();
  }
  return { render };
}

/**
 * Draw a view now and whenever it changes. What changes while something is being handled is
 * drawn when that is answered, so that all parts of the app change in one frame.
 * @template View
 * @param {Place} place
 * @param {(view: View) => void} draw
 */
export function follow({ model, root, signal }, draw) {
  let handling = false;
  let stale = false;
  function update() {
    stale = false;
    draw(JSON.parse(model.get("view")));
  }
  function changed() {
    stale = true;
    if (!handling) update();
  }
  function answered() {
    if (stale) update();
  }
  function busy(/** @type {boolean} */ now) {
    handling = now;
  }
  hear(root, "busy", busy, signal);
  hear(root, "answered", answered, signal);
  model.on("change:view", changed);
  update();
}
