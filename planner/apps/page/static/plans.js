// Plans: the studies that are kept - opened, renamed, copied, put away.
// @ts-check
import { h } from "./dom.js";
import { follow, part } from "./part.js";

/** @import { Place } from "./part.js" */

/**
 * @typedef {{ key: string, saved: string, here: boolean }} Kept
 *
 * @typedef {object} ShelfView
 * @property {string} title
 * @property {string} where
 * @property {string} open
 * @property {string} copy
 * @property {string} remove
 * @property {string} name
 * @property {string} here
 * @property {Kept[]} lines
 *
 * @typedef {ShelfView | { title?: undefined }} ShelfViewOrNone
 */

/** @param {Place} place */
function build({ el, root, act, model, signal }) {
  const title = h("h2");
  const list = h("ul", { class: "pl-plans" });
  const where = h("p", { class: "pl-hint" });
  const card = h("section", { class: "pl-card" }, title, list, where);
  el.append(card);
  let known = "";

  /**
   * @param {Kept} line
   * @param {ShelfView} view
   */
  function lineOf({ key, saved, here }, view) {
    const about = `${view.name} ${key}`;
    const box = h("input", { type: "text", value: key, "aria-label": about, maxlength: 120 });
    box.addEventListener("change", () => act("rename_kept", { key, name: box.value }));
    /**
     * @param {string} text
     * @param {string} verb
     */
    const button = (text, verb) => {
      const click = () => act(verb, { key });
      return h("button", { type: "button", "aria-label": `${text} ${key}`, onclick: click }, text);
    };
    return h(
      "li",
      { "data-key": key, "aria-current": here ? "true" : null },
      box,
      h("span", { class: "pl-hint" }, saved),
      here ? h("strong", {}, view.here) : button(view.open, "open_saved"),
      button(view.copy, "copy_kept"),
      here ? null : button(view.remove, "delete_kept"),
    );
  }

  /** @param {ShelfViewOrNone} view */
  function draw(view) {
    const text = JSON.stringify(view);
    if (text === known) return;
    known = text;
    el.hidden = card.hidden = !view.title;
    if (!view.title) return;
    title.textContent = view.title;
    where.textContent = view.where;
    list.replaceChildren(...view.lines.map((line) => lineOf(line, view)));
  }

  follow({ model, el, root, act, signal }, draw);
}

export default part(build);
