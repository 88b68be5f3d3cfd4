// Help: a question mark that says more about what it stands beside, closed by Esc or a click elsewhere.
// @ts-check
import { h } from "./dom.js";

const GAP = 4; // px between a question mark and what it opens
let opened = 0;

/**
 * A question mark beside something; none where there is nothing to say.
 * @param {string | undefined} text
 * @param {string} about
 */
export function helpMark(text, about) {
  if (!text) return null;
  opened += 1;
  const id = `pl-help-${Date.now()}-${opened}`;
  const box = h("div", { class: "pl-helpbox", popover: "auto", id }, text);
  const facts = { type: "button", class: "pl-help", popovertarget: id, "aria-label": `? ${about}` };
  const button = h("button", facts, "?");
  // What stands in a table is clipped by it: the browser lays a popover over everything.
  box.addEventListener("beforetoggle", () => {
    const at = button.getBoundingClientRect();
    box.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - box.offsetWidth - GAP))}px`;
    box.style.top = `${at.bottom + GAP}px`;
  });
  box.addEventListener("toggle", () => {
    const { right, bottom, height } = box.getBoundingClientRect();
    const at = button.getBoundingClientRect();
    if (right > innerWidth)
      box.style.left = `${Math.max(GAP, innerWidth - box.offsetWidth - GAP)}px`;
    if (bottom > innerHeight) box.style.top = `${Math.max(GAP, at.top - height - GAP)}px`;
  });
  return h("span", { class: "pl-helped" }, button, box);
}
