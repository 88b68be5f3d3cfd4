// The memory: what a browser keeps of an app until it is opened again, each app on its own.
// @ts-check
import { named } from "./root.js";

/**
 * @param {Element} root
 * @param {"study" | "lang"} name
 */
export function remembered(root, name) {
  try {
    return localStorage.getItem(named(root, `planner.${name}`)) || "";
  } catch {
    return "";
  }
}

/**
 * @param {Element} root
 * @param {"study" | "lang"} name
 * @param {string} value
 */
export function remember(root, name, value) {
  try {
    if (value) localStorage.setItem(named(root, `planner.${name}`), value);
  } catch {
    // private windows keep nothing
  }
}
