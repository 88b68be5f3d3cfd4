// Mends: what a click can do about a finding - buttons, and a choice among many where it needs one.
// @ts-check
import { h } from "./dom.js";

/** @import { Act } from "./wire.js" */

/**
 * @typedef {object} Mend
 * @property {string} text
 * @property {string} verb
 * @property {Record<string, string | number>} facts
 * @property {string} [fact] the fact that is chosen
 * @property {{ id: string, text: string }[]} [options]
 */

/**
 * Buttons for what can be done; nothing where nothing can.
 * @param {Mend[] | undefined} mends
 * @param {Act} act
 * @param {string} about
 */
export function mendButtons(mends, act, about) {
  if (!mends?.length) return null;
  return h("span", { class: "pl-mends" }, ...mends.map((mend) => oneOf(mend, act, about)));
}

/**
 * @param {Mend} mend
 * @param {Act} act
 * @param {string} about
 */
function oneOf({ text, verb, facts, fact, options }, act, about) {
  const label = `${text}: ${about}`;
  if (!options || !fact) {
    const click = () => act(verb, facts);
    return h(
      "button",
      { type: "button", class: "pl-mend", "aria-label": label, onclick: click },
      text,
    );
  }
  const choose = () => {
    if (menu.value) act(verb, { ...facts, [fact]: menu.value });
  };
  const menu = h("select", { class: "pl-mend", "aria-label": label, onchange: choose });
  menu.append(...options.map(({ id, text: name }) => h("option", { value: id }, name)));
  return menu;
}
