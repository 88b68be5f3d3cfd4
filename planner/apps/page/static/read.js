// Read: the file in hand, cell by cell, with what each mark was read as; and what waits for an answer.
// @ts-check
import { h, SIGNS } from "./dom.js";
import { mendButtons } from "./mends.js";
import { follow, part } from "./part.js";
import { named } from "./root.js";

/** @import { Told } from "./findings.js" */
/** @import { Place } from "./part.js" */

/**
 * @typedef {object} Cell
 * @property {string} key
 * @property {string} text
 * @property {"used" | "left" | "asked"} state
 * @property {string} how
 * @property {string} label
 * @property {string} of
 *
 * @typedef {{ row: number, cells: Record<string, Cell> }} Row
 * @typedef {{ name: string, columns: string[], rows: Row[], cut: boolean }} Sheet
 *
 * @typedef {object} ReadView
 * @property {string} title
 * @property {string} said
 * @property {string} open
 * @property {Told[]} doubts
 * @property {Sheet[]} sheets
 * @property {string} hint
 * @property {string} cut
 * @property {string} means
 * @property {string} unit
 * @property {string} keep
 * @property {{ use: string, leave: string }} labels
 * @property {{ use: string, leave: string, none: string }} ways
 * @property {{ id: string, text: string }[]} indicators
 *
 * @typedef {ReadView | { title?: undefined }} ReadViewOrNone
 */

/** @param {Place} place */
function build(place) {
  const { el, root, act } = place;
  const open = h("h2", { hidden: true });
  const doubts = h("ul", { class: "pl-doubts" });
  const summary = h("summary");
  const hint = h("p", { class: "pl-hint" });
  const sheets = h("div", { class: "pl-theirs" });
  const pane = h("div", { class: "pl-how", role: "status" });
  const both = h("div", { class: "pl-readboth" }, sheets, pane);
  const folded = h("details", { class: "pl-read" }, summary, hint, both);
  el.append(open, doubts, folded);
  let known = "";
  let chosen = "";

  /**
   * What a cell was read as, and what may be said instead.
   * @param {Cell | undefined} cell
   * @param {ReadView} view
   */
  function tell(cell, view) {
    pane.hidden = !cell;
    if (!cell) return pane.replaceChildren();
    const { use, leave } = view.labels;
    const settle = (/** @type {string} */ way) => act("settle", { key: cell.key, way });
    const used = cell.state === "used";
    const yes = h("button", { type: "button", onclick: () => settle(view.ways.use) }, use);
    const no = h("button", { type: "button", onclick: () => settle(view.ways.leave) }, leave);
    const parts = [
      h("strong", {}, `${cell.key}　${cell.text}`),
      h("p", {}, cell.how),
      cell.label ? meaning(cell, view) : h("p", {}, used ? no : yes, used ? null : no),
    ];
    pane.replaceChildren(...parts);
  }

  /**
   * Which indicator a label means, and in which unit.
   * @param {Cell} cell
   * @param {ReadView} view
   */
  function meaning(cell, view) {
    const id = named(root, "pl-means");
    const menu = h("select", { id });
    menu.append(...view.indicators.map(({ id: value, text }) => h("option", { value }, text)));
    menu.value = cell.of;
    const unitId = named(root, "pl-meansunit");
    const unit = h("input", { type: "text", id: unitId, size: 6, maxlength: 12 });
    const say = (/** @type {string} */ indicator) => {
      if (indicator) act("means", { label: cell.label, indicator, unit: unit.value });
    };
    const keep = h("button", { type: "button", onclick: () => say(menu.value) }, view.keep);
    const none = { type: "button", onclick: () => say(view.ways.none) };
    return h(
      "p",
      {},
      h("label", { for: id }, view.means),
      menu,
      h("label", { for: unitId }, view.unit),
      unit,
      keep,
      h("button", none, view.labels.leave),
    );
  }

  /**
   * @param {Cell | undefined} cell
   * @param {ReadView} view
   */
  function cellOf(cell, view) {
    if (!cell) return h("td");
    const choose = () => {
      chosen = cell.key;
      for (const each of sheets.querySelectorAll("[aria-pressed=true]")) {
        each.setAttribute("aria-pressed", "false");
      }
      button.setAttribute("aria-pressed", "true");
      tell(cell, view);
    };
    const facts = { type: "button", "aria-pressed": String(cell.key === chosen), onclick: choose };
    const button = h("button", { ...facts, title: cell.how, "data-key": cell.key }, cell.text);
    return h("td", { "data-read": cell.state }, button);
  }

  /**
   * @param {Sheet} sheet
   * @param {ReadView} view
   */
  function sheetOf(sheet, view) {
    const heads = sheet.columns.map((letters) => h("th", { scope: "col" }, letters));
    const rows = sheet.rows.map(({ row, cells }) => {
      const line = sheet.columns.map((_, at) => cellOf(cells[String(at + 1)], view));
      return h("tr", {}, h("th", { scope: "row" }, String(row)), ...line);
    });
    const table = h("table", {}, h("caption", {}, sheet.name));
    table.append(h("thead", {}, h("tr", {}, h("td"), ...heads)), h("tbody", {}, ...rows));
    return [table, sheet.cut ? h("p", { class: "pl-hint" }, view.cut) : null];
  }

  /** @param {ReadViewOrNone} view */
  function draw(view) {
    const text = JSON.stringify(view);
    if (text === known) return;
    known = text;
    el.hidden = !view.title;
    if (!view.title) return;
    open.hidden = !view.open;
    open.textContent = view.open;
    const items = view.doubts.map((item) =>
      h(
        "li",
        { class: `pl-${item.level}` },
        h("strong", {}, SIGNS[item.level] ?? ""),
        ` ${item.text} `,
        mendButtons(item.mends, act, item.text),
      ),
    );
    doubts.replaceChildren(...items);
    summary.textContent = `${view.title}　${view.said}`;
    hint.textContent = view.hint;
    const tables = view.sheets.flatMap((sheet) => sheetOf(sheet, view));
    sheets.replaceChildren(...tables.filter((each) => each !== null));
    const cells = view.sheets.flatMap(({ rows }) =>
      rows.flatMap((row) => Object.values(row.cells)),
    );
    tell(
      cells.find((cell) => cell.key === chosen),
      view,
    );
  }

  follow(place, draw);
}

export default part(build);
