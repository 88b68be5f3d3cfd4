// The lights: how each rule stands, always in sight; each opens its source, formula and reading.
// @ts-check
import { h, SIGNS } from "./dom.js";
import { findingList } from "./findings.js";
import { helpMark } from "./help.js";
import { follow, part } from "./part.js";
import { named } from "./root.js";

/** @import { Told } from "./findings.js" */
/** @import { Place } from "./part.js" */

/**
 * @typedef {object} Light
 * @property {string} id
 * @property {string} sign
 * @property {string} state
 * @property {string} name
 * @property {string} word
 * @property {string} figures
 * @property {boolean} open
 * @property {string} hint
 *
 * @typedef {{ id: string, text: string, on: boolean }} Choice
 *
 * What may be entered: a few boxes and the verb that takes them.
 * @typedef {object} Entry
 * @property {string} verb
 * @property {Record<string, string>} facts
 * @property {string} label
 * @property {string} button
 * @property {{ id: string, text: string, value: string, size?: number, options?: { id: string, text: string }[] }[]} fields
 *
 * @typedef {object} Detail
 * @property {string} id
 * @property {string} title
 * @property {{ label: string, text: string }[]} lines
 * @property {Told[]} findings
 * @property {string} findingsLabel
 * @property {string} readingLabel
 * @property {Choice[]} readings
 * @property {string} benchmark
 * @property {string} figuresLabel
 * @property {Choice[]} figures
 * @property {{ button: string, label: string } | null} relax
 * @property {Entry[]} entries
 * @property {string} help
 *
 * @typedef {object} LightsView
 * @property {string} label
 * @property {Light[]} items
 * @property {Detail | null} detail
 * @property {string} close
 * @property {{ state: string, text: string } | null} summary
 * @property {string} empty
 */

/**
 * A light of one rule.
 * @param {Light} item
 * @param {() => void} toggle
 */
function lightOf({ id }, toggle) {
  const sign = h("span", { class: "pl-sign", "aria-hidden": "true" });
  const letter = h("b");
  const name = h("span", { class: "pl-lightname" });
  const word = h("span", { class: "pl-word" });
  const figures = h("span", { class: "pl-figures" });
  const facts = { type: "button", class: "pl-light", "data-rule": id, onclick: toggle };
  const button = h("button", facts, sign, letter, name, word, figures);

  /** @param {Light} item */
  function show(item) {
    button.dataset.state = item.state;
    button.title = item.hint;
    button.setAttribute("aria-expanded", String(item.open));
    sign.textContent = SIGNS[item.state] ?? "";
    letter.textContent = item.sign;
    name.textContent = item.name;
    word.textContent = item.word;
    figures.textContent = item.figures;
  }

  return { id, button, show };
}

/**
 * What stands behind a light.
 * @param {Place} place
 */
function detailOf({ root, act }) {
  const box = h("section", { class: "pl-detail", hidden: true });
  /** @type {HTMLInputElement | null} */
  let reason = null;
  let known = "";

  /**
   * Choices of which one is taken: the readings of a rule, the figures it may be held against.
   * @param {string} kind
   * @param {string} label
   * @param {Choice[]} offered
   * @param {(id: string) => void} take
   */
  function choices(kind, label, offered, take) {
    if (offered.length < 2) return null;
    const lines = offered.map(({ id, text, on }) => {
      const group = { type: "radio", name: named(root, kind), checked: on };
      return h(
        "label",
        { class: "pl-reading" },
        h("input", { ...group, onchange: () => take(id) }),
        ` ${text}`,
      );
    });
    return h("fieldset", { class: `${kind}s` }, h("legend", {}, label), ...lines);
  }

  /**
   * A reason to type, for which a benchmark may be missed.
   * @param {Detail} it
   */
  function relaxing(it) {
    reason = null;
    if (!it.relax) return null;
    const id = named(root, "pl-reason");
    const typed = h("input", { type: "text", id, size: 50, maxlength: 300 });
    const relax = () => act("relax", { rule: it.id, reason: typed.value });
    reason = typed;
    return h(
      "div",
      { class: "pl-relax" },
      h("label", { for: id }, it.relax.label),
      " ",
      typed,
      " ",
      h("button", { type: "button", onclick: relax }, it.relax.button),
    );
  }

  /**
   * A few boxes, folded until somebody wants them.
   * @param {Entry} entry
   */
  function entering({ verb, facts, label, button, fields }) {
    const boxes = fields.map((field) => {
      const id = named(root, `pl-enter-${verb}-${facts.rule}-${field.id}`);
      const box = field.options
        ? h("select", { id })
        : h("input", { type: "text", id, size: field.size, maxlength: 200, value: field.value });
      box.append(...(field.options ?? []).map((o) => h("option", { value: o.id }, o.text)));
      return { id: field.id, box, element: h("label", { for: id }, `${field.text} `, box) };
    });
    const take = () => {
      act(verb, { ...facts, ...Object.fromEntries(boxes.map(({ id, box }) => [id, box.value])) });
    };
    const line = boxes.map(({ element }) => element);
    const keep = h("button", { type: "button", onclick: take }, button);
    return h(
      "details",
      { class: "pl-enter", "data-of": facts.rule },
      h("summary", {}, label),
      h("div", {}, ...line, keep),
    );
  }

  /**
   * @param {Detail} it
   * @param {string} close
   */
  function fill(it, close) {
    const title = it.id.length > 1 ? it.title : `${it.id}　${it.title}`;
    const shut = { type: "button", class: "pl-close", "aria-label": close };
    const lines = it.lines.flatMap(({ label, text }) => [h("dt", {}, label), h("dd", {}, text)]);
    const found = it.findings.length ? findingList(it.findings, it.findingsLabel, act) : null;
    const parts = [
      h("h2", {}, title, helpMark(it.help, title)),
      h("button", { ...shut, onclick: () => act("look", { light: "" }) }, "×"),
      h("dl", {}, ...lines),
      choices("pl-reading", it.readingLabel, it.readings, (name) =>
        act("reading", { rule: it.id, name }),
      ),
      choices("pl-figure", it.figuresLabel, it.figures, (words) =>
        act("benchmark", { key: it.benchmark, words }),
      ),
      ...it.entries.map(entering),
      relaxing(it),
      found,
    ];
    box.replaceChildren(...parts.filter((each) => each !== null));
  }

  /** @param {LightsView} view */
  function show(view) {
    const focused = box.contains(document.activeElement);
    const reasoning = reason !== null && reason === document.activeElement;
    const typed = reason?.value ?? "";
    const now = JSON.stringify(view.detail);
    box.hidden = !view.detail;
    if (now === known) return; // what somebody is typing here stays
    known = now;
    if (!view.detail) return;
    fill(view.detail, view.close);
    if (reason) reason.value = typed;
    if (!focused) return;
    /** @type {HTMLInputElement | null} */
    const chosen = reasoning ? null : box.querySelector("input[type=radio]:checked");
    (chosen ?? reason)?.focus();
  }

  return { box, show };
}

/** @param {Place} place */
function build(place) {
  const { el, act, signal } = place;
  const summary = h("div", { class: "pl-summary", role: "status" });
  const row = h("div", { class: "pl-lights", role: "group" });
  const detail = detailOf(place);
  const region = h("section", {}, h("div", { class: "pl-lightbar" }, row, summary), detail.box);
  el.append(region);
  /** @type {ReturnType<typeof lightOf>[]} */
  let lights = [];
  let open = "";

  /** @param {LightsView} view */
  function draw(view) {
    region.setAttribute("aria-label", view.label);
    row.setAttribute("aria-label", view.label);
    summary.textContent = view.summary
      ? `${SIGNS[view.summary.state]} ${view.summary.text}`
      : view.empty;
    summary.dataset.state = view.summary ? view.summary.state : "free";
    open = view.items.find((item) => item.open)?.id ?? "";
    const same = lights.length === view.items.length;
    if (!(same && view.items.every((item, index) => item.id === lights[index]?.id))) {
      lights = view.items.map((item) =>
        lightOf(item, () => act("look", { light: item.id === open ? "" : item.id })),
      );
      row.replaceChildren(...lights.map((light) => light.button));
    }
    view.items.forEach((item, index) => {
      lights[index]?.show(item);
    });
    detail.show(view);
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  }

  el.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && open) act("look", { light: "" });
    },
    { signal },
  );
  follow(place, draw);
}

export default part(build);
