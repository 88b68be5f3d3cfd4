// The editor: a box in a cell to type over what stands there; whatever ends it, it ends once.
// @ts-check
import { h } from "./dom.js";

/**
 * What becomes of an edit: the text typed, where it differs from before; and where to go next.
 * @typedef {object} Ends
 * @property {(text: string) => void} typed
 * @property {(rows: number, columns: number) => void} onward
 * @property {() => void} back
 */

/** Make the editor of a grid, which is in one cell at a time. */
export function cellEditor() {
  /** @type {HTMLInputElement | null} */
  let open = null;

  /**
   * Begin to type into a cell, over what stands there or from a first character.
   * @param {HTMLElement} cell
   * @param {string} label
   * @param {Ends} ends
   * @param {string} [start]
   */
  function edit(cell, label, ends, start) {
    open?.blur();
    const before = cell.dataset.text ?? "";
    const facts = { type: "text", inputmode: "decimal", class: "pl-edit", "aria-label": label };
    const input = h("input", facts);
    input.value = start ?? before;
    let ended = false;

    /** @param {boolean} keep */
    function end(keep) {
      if (ended) return;
      ended = true;
      open = null;
      cell.replaceChildren(cell.dataset.text ?? "");
      if (keep && input.value.trim() !== before) ends.typed(input.value);
    }

    /** @param {KeyboardEvent} event */
    function pressed(event) {
      event.stopPropagation();
      const step = event.shiftKey ? -1 : 1;
      if (event.key === "Escape") {
        end(false);
        ends.back();
      } else if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        end(true);
        if (event.key === "Enter") ends.onward(step, 0);
        else ends.onward(0, step);
      }
    }

    input.addEventListener("blur", () => end(true));
    input.addEventListener("keydown", pressed);
    open = input;
    cell.replaceChildren(input);
    input.focus();
    if (start === undefined) input.select();
  }

  /**
   * Whether the editor is in a cell.
   * @param {Element} cell
   */
  function isIn(cell) {
    return open !== null && cell.contains(open);
  }

  return { edit, isIn };
}
