// Scenarios: which there are and how each stands; named, noted, compared, taken in hand, deleted here.
// @ts-check
import { h, SIGNS } from "./dom.js";
import { follow, part } from "./part.js";
import { named } from "./root.js";

/** @import { Place } from "./part.js" */

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {boolean} current
 * @property {boolean} chosen
 * @property {string} note
 * @property {string} made
 * @property {string} state
 * @property {string} said
 *
 * @typedef {object} ListView
 * @property {string} label
 * @property {string[]} heads
 * @property {Line[]} lines
 * @property {boolean} alone
 * @property {string} switch
 * @property {string} here
 * @property {string} remove
 * @property {string} name
 * @property {string} save
 * @property {{ id: string, text: string, on: boolean }[]} options
 *
 * @typedef {ListView | { label?: undefined }} ListViewOrNone
 */

/** @param {Place} place */
function build(place) {
  const { el, root, act } = place;
  const id = named(root, "pl-newscenario");
  const label = h("label", { for: id });
  const name = h("input", { type: "text", id, maxlength: 60 });
  const save = h("button", { type: "button", class: "pl-primary", onclick: keep });
  const options = h("span", { class: "pl-options" });
  const body = h("tbody");
  const heads = h("tr");
  const caption = h("caption");
  const table = h("table", { class: "pl-scenarios" }, caption, h("thead", {}, heads), body);
  el.append(h("div", { class: "pl-newline" }, label, name, save, options), table);
  let known = "";
  let lines = "";

  function keep() {
    act("save_as", { name: name.value });
  }

  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter") keep();
  });

  /**
   * A box whose text is kept when somebody leaves it.
   * @param {string} value
   * @param {string} about
   * @param {(text: string) => void} kept
   */
  function boxOf(value, about, kept) {
    const facts = { type: "text", value, "aria-label": about, maxlength: 200 };
    const box = h("input", facts);
    box.addEventListener("change", () => kept(box.value));
    return box;
  }

  /**
   * @param {Line} line
   * @param {ListView} view
   */
  function lineOf(line, view) {
    const about = line.name;
    const tick = h("input", {
      type: "checkbox",
      checked: line.chosen,
      disabled: line.current,
      "aria-label": `${view.heads[0]} ${about}`,
    });
    tick.addEventListener("change", () => act("compare", { name: about, on: tick.checked }));
    const turn = { type: "button", onclick: () => act("switch", { name: about }) };
    const drop = { type: "button", onclick: () => act("remove", { name: about }) };
    const aria = (/** @type {string} */ text) => ({ "aria-label": `${text} ${about}` });
    return h(
      "tr",
      { "data-scenario": about, "aria-current": line.current ? "true" : null },
      h("td", {}, tick),
      h(
        "td",
        {},
        boxOf(about, `${view.heads[1]} ${about}`, (to) => act("rename", { name: about, to })),
      ),
      h("td", {}, line.made),
      h(
        "td",
        {},
        h(
          "span",
          { class: "pl-state", "data-state": line.state },
          `${SIGNS[line.state]} ${line.said}`,
        ),
      ),
      h(
        "td",
        {},
        boxOf(line.note, `${view.heads[4]} ${about}`, (text) => act("note", { name: about, text })),
      ),
      h(
        "td",
        {},
        line.current
          ? h("strong", {}, view.here)
          : h("button", { ...turn, ...aria(view.switch) }, view.switch),
        " ",
        view.alone ? null : h("button", { ...drop, ...aria(view.remove) }, view.remove),
      ),
    );
  }

  /** @param {ListViewOrNone} view */
  function draw(view) {
    const text = JSON.stringify(view);
    if (text === known) return;
    known = text;
    el.hidden = !view.label;
    if (!view.label) return;
    label.textContent = view.name;
    save.textContent = view.save;
    caption.textContent = view.label;
    const names = JSON.stringify(view.lines.map((line) => line.name));
    if (names !== lines) name.value = ""; // what was typed was kept
    lines = names;
    options.replaceChildren(
      ...view.options.map((option) => {
        const box = h("input", { type: "checkbox", checked: option.on, "data-option": option.id });
        box.addEventListener("change", () => act("look", { [option.id]: box.checked }));
        return h("label", {}, box, ` ${option.text}`);
      }),
    );
    heads.replaceChildren(...view.heads.map((head) => h("th", { scope: "col" }, head)), h("td"));
    body.replaceChildren(...view.lines.map((line) => lineOf(line, view)));
  }

  follow(place, draw);
}

export default part(build);
