// Elements: a small way to write them, and the signs that several parts show.
// @ts-check

/** @typedef {string | number | boolean | null | undefined | ((event: Event) => void)} Attribute */

/**
 * The sign of each state and each level.
 * @type {Record<string, string>}
 */
export const SIGNS = {
  met: "✓",
  unmet: "✗",
  unknown: "?",
  free: "–",
  relaxed: "△",
  must_fix: "✗",
  needs_reason: "?",
  info: "i",
};

/**
 * Write an element: h("td", { class: "x", onclick: act }, "text", other).
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Put the focus on what a selector finds within an element, if it finds anything.
 * @param {Element} box
 * @param {string} selector
 */
export function focusOn(box, selector) {
  const found = box.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
}
