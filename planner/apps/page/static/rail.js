// The rail: what is left to do before filing, in groups; each item leads to its place, or is
// answered here.
// @ts-check
import { focusOn, h, SIGNS } from "./dom.js";
import { mendButtons } from "./mends.js";
import { follow, part } from "./part.js";
import { named } from "./root.js";

/** @import { Told } from "./findings.js" */
/** @import { Place } from "./part.js" */

/**
 * @typedef {{ id: string, text: string, count: number, on: boolean }} Group
 * @typedef {Told & { key: string, on: boolean, answer: string, form: boolean, go: boolean }} Item
 *
 * @typedef {object} Opened
 * @property {string} id
 * @property {string} title
 * @property {string} hint
 * @property {Item[]} items
 * @property {string} none
 * @property {string} go
 * @property {string} more
 *
 * @typedef {object} RailView
 * @property {string} label
 * @property {Group[]} groups
 * @property {boolean} ready
 * @property {string} said
 * @property {number} done
 * @property {number} fields
 * @property {string} far
 * @property {string} evidence
 * @property {string} next
 * @property {string} close
 * @property {(Item & { where: string }) | null} at
 * @property {string} reason
 * @property {string} keep
 * @property {Opened | null} open
 */

/** @param {Place} place */
function build({ el, root, act, model, signal }) {
  const verdict = h("strong", { class: "pl-ready", role: "status" });
  const groups = h("div", { class: "pl-groups", role: "group" });
  const bar = h("progress", { class: "pl-far" });
  const far = h("span", { class: "pl-fartext" });
  const attach = h("span", { class: "pl-attach" });
  const next = h("button", { type: "button", class: "pl-next", onclick: () => act("onward") });
  const now = h("div", { class: "pl-now", hidden: true });
  const panel = h("section", { class: "pl-open", hidden: true });
  const line = h("div", { class: "pl-rail" }, verdict, groups, bar, far, attach, next);
  const region = h("section", {}, line, now, panel);
  el.append(region);
  let known = "";
  let held = "";
  let open = "";
  let words = { reason: "", keep: "" };
  /** @type {Map<string, HTMLInputElement>} */
  const boxes = new Map();

  /**
   * What may be answered with a reason, where it stands.
   * @param {Item} item
   */
  function answering(item) {
    if (!item.answer) return null;
    const id = named(root, `pl-why-${item.key}`);
    const before = boxes.get(item.key); // what somebody is typing stays while the rest follows
    const box = before ?? h("input", { type: "text", id, maxlength: 500, size: 40 });
    boxes.set(item.key, box);
    const keep = () => {
      if (!box.value.trim()) return;
      boxes.delete(item.key);
      const facts = { text: box.value };
      if (item.form) act("because", { place: item.answer, ...facts });
      else act("excuse", { key: item.answer, ...facts });
    };
    box.onkeydown = (event) => {
      if (event.key === "Enter") keep();
    };
    const label = h("label", { for: id }, words.reason);
    const button = h("button", { type: "button", onclick: keep }, words.keep);
    return h("div", { class: "pl-why" }, label, " ", box, " ", button);
  }

  /**
   * @param {Item} item
   * @param {Opened} told
   */
  function itemOf(item, told) {
    const leave = () => act("go", { key: item.key });
    const label = `${told.go}: ${item.text}`;
    const facts = { type: "button", class: "pl-go", "aria-label": label, onclick: leave };
    return h(
      "li",
      { class: `pl-${item.level}`, "aria-current": item.on ? "step" : null },
      h("div", {}, h("b", { "aria-hidden": "true" }, SIGNS[item.level] ?? ""), " ", item.text),
      item.ways.length && !item.answer
        ? h("div", { class: "pl-way" }, `→ ${item.ways.join("；")}`)
        : null,
      answering(item),
      mendButtons(item.mends, act, item.text),
      item.go ? h("button", facts, told.go) : null,
    );
  }

  /**
   * @param {Opened | null} told
   * @param {string} close
   */
  function fill(told, close) {
    const text = JSON.stringify(told);
    if (text === known) return;
    known = text;
    panel.hidden = !told;
    if (!told) return;
    const shut = { type: "button", class: "pl-close", "aria-label": close };
    const list = told.items.map((item) => itemOf(item, told));
    const top = panel.scrollTop;
    const parts = [
      h("h2", {}, told.title),
      h("button", { ...shut, onclick: () => act("look", { rail: "" }) }, "×"),
      h("p", { class: "pl-hint" }, told.hint),
      told.none ? h("p", {}, `✓ ${told.none}`) : h("ol", { class: "pl-items" }, ...list),
      told.more ? h("p", { class: "pl-hint" }, told.more) : null,
    ];
    panel.setAttribute("aria-label", told.title);
    renew(panel, parts);
    panel.scrollTop = top;
  }

  /**
   * Put other children into a box; the focus stays where it was, if that is still there.
   * @param {HTMLElement} box
   * @param {(Node | string | null)[]} parts
   */
  function renew(box, parts) {
    const focused = document.activeElement;
    box.replaceChildren(...parts.filter((each) => each !== null));
    if (focused instanceof HTMLElement && box.contains(focused)) focused.focus();
  }

  /**
   * The item that was turned to stays in sight until it is done.
   * @param {(Item & { where: string }) | null} item
   */
  function hold(item) {
    const text = JSON.stringify(item);
    if (text === held) return;
    held = text;
    now.hidden = !item;
    if (!item) return;
    const ways = item.ways.length && !item.answer ? ` → ${item.ways.join("；")}` : "";
    const parts = [
      h("small", {}, `${item.where}　`),
      h("b", { class: `pl-${item.level}` }, `${SIGNS[item.level] ?? ""} `),
      item.text,
      h("small", {}, ways),
      mendButtons(item.mends, act, item.text),
      answering(item),
    ];
    renew(now, parts);
  }

  /** @param {Group} group */
  function groupOf(group) {
    const { id } = group;
    const state = group.count ? "open" : "done";
    const turn = () => act("look", { rail: id === open ? "" : id });
    return h(
      "button",
      {
        type: "button",
        class: "pl-group",
        "data-group": id,
        "data-state": state,
        "aria-expanded": String(group.on),
        onclick: turn,
      },
      `${group.text} `,
      h("b", {}, group.count ? String(group.count) : "✓"),
    );
  }

  /** @param {RailView} view */
  function draw(view) {
    region.hidden = view.groups.length === 0;
    if (region.hidden) return;
    open = view.open?.id ?? "";
    region.setAttribute("aria-label", view.label);
    groups.setAttribute("aria-label", view.label);
    verdict.textContent = `${view.ready ? "✓" : "○"} ${view.said}`;
    verdict.dataset.state = view.ready ? "met" : "free";
    const focused = document.activeElement?.getAttribute("data-group");
    groups.replaceChildren(...view.groups.map(groupOf));
    if (focused) focusOn(groups, `[data-group="${focused}"]`);
    bar.max = view.fields || 1;
    bar.value = view.done;
    bar.hidden = far.hidden = !view.far;
    bar.setAttribute("aria-label", view.far);
    far.textContent = view.far;
    attach.textContent = view.evidence;
    next.textContent = `${view.next} →`;
    next.hidden = !view.next;
    words = { reason: view.reason, keep: view.keep };
    hold(view.open ? null : view.at);
    fill(view.open, view.close);
  }

  el.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && open) act("look", { rail: "" });
    },
    { signal },
  );
  follow({ model, el, root, act, signal }, draw);
}

export default part(build);
