// The keyboard: undo and redo wherever the focus is, in the app they are meant for.
// @ts-check
import { addressed, watchUse } from "./root.js";

/** @import { Act } from "./wire.js" */

/**
 * @param {KeyboardEvent} event
 * @returns {"undo" | "redo" | ""}
 */
function verbOf(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return "";
  const key = event.key.toLowerCase();
  if (key === "y" || (key === "z" && event.shiftKey)) return "redo";
  return key === "z" ? "undo" : "";
}

/**
 * Whether somebody is in the middle of typing; a number box whose number was sent is left.
 * @param {EventTarget | null} target
 */
function typing(target) {
  if (!(target instanceof Element)) return false;
  const box = target.closest("input[type=text], textarea");
  if (!(box instanceof HTMLInputElement && box.classList.contains("pl-box"))) return box !== null;
  return box.value !== box.dataset.sent;
}

/**
 * Hear undo and redo for an app as long as it is there.
 * @param {Element} root
 * @param {Act} act
 * @param {AbortSignal} signal
 */
export function undoByKey(root, act, signal) {
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const verb = verbOf(event);
    if (!verb || typing(event.target) || addressed(event.target) !== root) return;
    event.preventDefault();
    event.stopPropagation();
    act(verb);
  }
  watchUse(root, signal);
  document.addEventListener("keydown", pressed, { capture: true, signal });
}
