// The form: its parts with how far each is, and the fields of one, to be filled in as on paper.
// A field that somebody is typing in stays as it is while the rest follows.
// @ts-check
import { focusOn, h, SIGNS } from "./dom.js";
import { follow, part } from "./part.js";
import { named } from "./root.js";

/** @import { Told } from "./findings.js" */
/** @import { Place } from "./part.js" */

/**
 * @typedef {{ slot: string, value: string, fixed: boolean, head?: string, long?: boolean }} Box
 * @typedef {{ slot: string, text: string, note: string, on: boolean, evidence: string, fixed: boolean }} Option
 * @typedef {{ direction: string, name: string, cells: Box[] }} Row
 *
 * @typedef {object} Field
 * @property {string} id
 * @property {string} kind
 * @property {string} label
 * @property {string} note
 * @property {string} example
 * @property {string} evidence
 * @property {Told[]} said
 * @property {{ key: string, text: string }[]} reasons
 * @property {Box[]} [boxes]
 * @property {string} [unit]
 * @property {number} [limit]
 * @property {boolean} [long]
 * @property {boolean} [draft]
 * @property {boolean} [many]
 * @property {Option[]} [options]
 * @property {{ slot: string, on: boolean } | null} [none]
 * @property {Box} [count]
 * @property {Box} [names]
 * @property {string[]} [heads]
 * @property {Row[]} [rows]
 *
 * @typedef {{ id: string, title: string, on: boolean, open: number, far: string }} PartLink
 *
 * @typedef {object} FormViewModel
 * @property {string} label
 * @property {PartLink[]} parts
 * @property {{ id: string, title: string, note: string, fields: Field[] } | null} part
 * @property {{ field: string, step: number }} focus
 * @property {Record<string, string>} words
 * @property {string} empty
 */

/** How many letters a text has, blanks not counted: as the form counts. */
function letters(/** @type {string} */ text) {
  return [...text.replace(/\s/gu, "")].length;
}

/** @param {Place} place */
function build(place) {
  const { el, root, act } = place;
  const nav = h("nav", { class: "pl-parts" });
  const sheet = h("div", { class: "pl-sheet" });
  const empty = h("p", { hidden: true });
  const both = h("div", { class: "pl-form" }, nav, sheet);
  el.append(empty, both);
  /** @type {Map<string, { known: string, box: HTMLElement }>} */
  let shown = new Map();
  let part = "";
  let asked = 0;
  /** @type {Record<string, string>} */
  let words = {};

  /**
   * A place to type into; what is typed goes when it is left.
   * @param {Box} box
   * @param {{ id: string, label: string, long?: boolean, limit?: number, lines?: number }} about
   */
  function typing(box, { id, label, long, limit, lines = 4 }) {
    if (box.fixed) {
      return h("output", { class: "pl-fixed", title: words.computed ?? "" }, box.value || "—");
    }
    const facts = { id, "aria-label": label, "data-slot": box.slot };
    const input = long
      ? h("textarea", { ...facts, rows: lines })
      : h("input", { ...facts, type: "text" });
    input.value = box.value;
    input.addEventListener("change", () => act("answer", { slot: box.slot, value: input.value }));
    if (!limit) return input;
    const count = h("span", { class: "pl-count", "aria-live": "off" });
    const tell = () => {
      const size = letters(input.value);
      count.textContent = `${size}/${limit} ${words.chars ?? ""}`;
      count.dataset.state = size > limit ? "unmet" : "free";
    };
    input.addEventListener("input", tell);
    tell();
    return h("div", {}, input, count);
  }

  /** @param {Field} field */
  function boxes(field) {
    const told = field.boxes ?? [];
    const id = named(root, `pl-f-${field.id}`);
    const many = told.length > 1;
    const inputs = told.map((box, index) => {
      const label = many ? `${field.label} ${box.head}` : field.label;
      const at = index ? `${id}-${index}` : id;
      const input = typing(box, {
        id: at,
        label,
        long: field.long,
        limit: field.limit,
        lines: field.limit ? 4 : 8,
      });
      return many ? h("span", { class: "pl-year" }, h("small", {}, box.head), input) : input;
    });
    const accept = () => act("accept_draft", { field: field.id });
    return [
      h(
        "div",
        { class: many ? "pl-series" : "pl-one" },
        ...inputs,
        field.unit ? ` ${field.unit}` : "",
      ),
      field.draft
        ? h(
            "div",
            { class: "pl-draft" },
            `✎ ${words.draft} `,
            h("button", { type: "button", onclick: accept }, words.accept),
          )
        : null,
    ];
  }

  /** @param {Field} field */
  function choice(field) {
    const group = named(root, `pl-f-${field.id}`);
    const type = field.many ? "checkbox" : "radio";
    const lines = (field.options ?? []).map((option, index) => {
      const facts = { type, name: group, id: index ? `${group}-${index}` : group };
      const input = h("input", { ...facts, checked: option.on, disabled: option.fixed });
      input.addEventListener("change", () => act("tick", { slot: option.slot, on: input.checked }));
      const aside = option.on && option.evidence ? `${words.evidence}${option.evidence}` : "";
      return h(
        "label",
        { class: "pl-option" },
        input,
        ` ${option.text}`,
        aside ? h("small", {}, ` ${aside}`) : null,
      );
    });
    const { none } = field;
    if (none) {
      const input = h("input", { type: "checkbox", checked: none.on });
      input.addEventListener("change", () => act("tick", { slot: none.slot, on: input.checked }));
      lines.push(h("label", { class: "pl-option pl-none" }, input, ` ${words.none}`));
    }
    return [h("div", { role: "group", "aria-label": field.label, class: "pl-options" }, ...lines)];
  }

  /** @param {Field} field */
  function count({ id, label, unit, count: number, names }) {
    if (!number || !names) return [];
    const at = named(root, `pl-f-${id}`);
    const nothing = () => {
      act("answer", { slot: number.slot, value: words.none });
    };
    return [
      h(
        "div",
        { class: "pl-one pl-counted" },
        typing(number, { id: at, label }),
        ` ${unit ?? ""} `,
        typing(names, { id: `${at}-names`, label: `${label} ${words.names}` }),
        h("button", { type: "button", onclick: nothing }, words.none),
      ),
      h("small", {}, words.names),
    ];
  }

  /** @param {Field} field */
  function goals({ id, label, heads = [], rows = [] }) {
    const lines = rows.map((row) =>
      h(
        "tr",
        {},
        h("td", {}, row.direction),
        h("th", { scope: "row" }, row.name),
        ...row.cells.map((box, index) => {
          const named_ = `${label} ${row.direction} ${row.name} ${heads[index + 2] ?? ""}`;
          const at = named(root, `pl-f-${id}-${box.slot}`);
          return h("td", {}, typing(box, { id: at, label: named_, long: box.long, lines: 2 }));
        }),
      ),
    );
    const top = heads.map((text) => h("th", { scope: "col" }, text));
    return [h("table", { class: "pl-goaltable" }, h("tr", {}, ...top), ...lines)];
  }

  /** @param {Field} field */
  function reasons(field) {
    return field.reasons.map(({ key, text }) => {
      const id = named(root, `pl-r-${key}`);
      const input = h("input", { type: "text", id, maxlength: 500, "data-reason": key });
      input.value = text;
      input.addEventListener("change", () => act("because", { place: key, text: input.value }));
      return h("div", { class: "pl-why" }, h("label", { for: id }, words.reason), " ", input);
    });
  }

  /** @param {Field} field */
  function fieldOf(field) {
    if (field.kind === "heading") return h("h3", {}, field.label);
    const draw = { choice, count, goals }[field.kind] ?? boxes;
    const level = field.said.some((item) => item.level === "must_fix")
      ? "must_fix"
      : "needs_reason";
    const said = field.said.map((item) =>
      h(
        "li",
        { class: `pl-${item.level}` },
        `${SIGNS[item.level] ?? ""} ${item.text}`,
        item.ways.length ? h("small", {}, ` → ${item.ways.join("；")}`) : null,
      ),
    );
    const label = h(
      "div",
      { class: "pl-label" },
      h("label", { for: named(root, `pl-f-${field.id}`) }, field.label),
      field.note ? h("small", {}, field.note) : null,
    );
    const body = field.kind === "sign" ? [] : draw(field);
    const aside = [
      field.example ? h("small", {}, `${words.example}${field.example}`) : null,
      field.evidence && field.kind !== "choice"
        ? h("small", {}, `${words.evidence}${field.evidence}`)
        : null,
    ];
    const facts = {
      class: "pl-field",
      "data-field": field.id,
      "data-said": said.length ? level : "",
    };
    const inside = [...body, ...aside, ...reasons(field)].filter((each) => each !== null);
    const found = said.length ? h("ul", { class: "pl-said" }, ...said) : null;
    return h("div", facts, label, h("div", { class: "pl-body" }, ...inside, found));
  }

  /** @param {PartLink} link */
  function linkOf({ id, title, on, open, far }) {
    return h(
      "button",
      {
        type: "button",
        "data-part": id,
        "aria-current": on ? "page" : null,
        onclick: () => act("look", { part: id }),
      },
      h("span", {}, title),
      h("b", { class: open ? "pl-due" : "pl-done" }, open ? String(open) : "✓"),
      h("small", {}, far),
    );
  }

  /** @param {FormViewModel} view */
  function fields(view) {
    const told = view.part?.fields ?? [];
    const turned = view.part?.id !== part;
    part = view.part?.id ?? "";
    /** @type {typeof shown} */
    const kept = new Map();
    for (const field of told) {
      const known = JSON.stringify(field);
      const before = turned ? undefined : shown.get(field.id);
      if (before && before.known === known) {
        kept.set(field.id, before);
        continue;
      }
      const at = before?.box.contains(document.activeElement)
        ? document.activeElement?.getAttribute("data-slot")
        : null;
      const box = fieldOf(field);
      before?.box.replaceWith(box);
      if (at) focusOn(box, `[data-slot="${CSS.escape(at)}"]`);
      kept.set(field.id, { known, box });
    }
    const same = !turned && kept.size === shown.size;
    shown = kept;
    if (same) return;
    const note = view.part?.note ? h("p", { class: "pl-hint" }, view.part.note) : null;
    const all = [
      h("h2", {}, view.part?.title ?? ""),
      note,
      ...[...kept.values()].map((k) => k.box),
    ];
    sheet.replaceChildren(...all.filter((each) => each !== null));
    sheet.scrollTop = 0;
  }

  /** @param {{ field: string, step: number }} focus */
  function attend({ field, step }) {
    if (step === asked) return;
    asked = step;
    const box = shown.get(field)?.box;
    box?.scrollIntoView({ block: "center" });
    const first = box?.querySelector("input:not([disabled]), textarea, button");
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }

  /** @param {FormViewModel} view */
  function draw(view) {
    empty.hidden = !view.empty;
    both.hidden = Boolean(view.empty);
    empty.textContent = view.empty;
    if (!view.part) return;
    words = view.words;
    nav.setAttribute("aria-label", view.label);
    const focused = document.activeElement?.getAttribute("data-part");
    nav.replaceChildren(...view.parts.map(linkOf));
    if (focused) focusOn(nav, `[data-part="${focused}"]`);
    fields(view);
    attend(view.focus);
  }

  follow(place, draw);
}

export default part(build);
