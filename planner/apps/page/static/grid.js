// A grid: a table to walk through with the arrow keys, whose cells are typed over as in a
// spreadsheet.
// @ts-check
import { columnHead, columnWidth, editable, emptyRow, fillCell } from "./cells.js";
import { h } from "./dom.js";
import { cellEditor } from "./editor.js";
import { follow, part } from "./part.js";
import { walker } from "./walk.js";

/** @import { GridView } from "./cells.js" */
/** @import { Ends } from "./editor.js" */
/** @import { Place } from "./part.js" */

/** @typedef {GridView | { columns?: undefined }} GridViewOrNone */

/**
 * Rows and columns that each key moves by.
 * @type {Map<string, [rows: number, columns: number]>}
 */
const MOVES = new Map([
  ["ArrowUp", [-1, 0]],
  ["ArrowDown", [1, 0]],
  ["ArrowLeft", [0, -1]],
  ["ArrowRight", [0, 1]],
]);
const LEAPS = new Map([
  ["PageUp", -8],
  ["PageDown", 8],
]);
/** @type {Map<string, "first" | "last">} */
const EDGES = new Map([
  ["Home", "first"],
  ["End", "last"],
]);
const NUMERIC = /^[\d.=＝\-−０-９]$/;

/** A grid's elements, with nothing in them yet. */
function frame() {
  const caption = h("caption");
  const columns = h("colgroup");
  const thead = h("thead");
  const tbody = h("tbody");
  const table = h("table", { class: "pl-grid" }, caption, columns, thead, tbody);
  const choose = () => table.classList.toggle("pl-only", only.checked);
  const only = h("input", { type: "checkbox", onchange: choose });
  const onlyText = h("span");
  const filter = h("label", { class: "pl-filter" }, only, " ", onlyText);
  const hint = h("span", { class: "pl-hint", role: "status" });
  const head = h("div", { class: "pl-gridhead" }, hint, filter);
  const elements = [head, h("div", { class: "pl-frame" }, table)];

  /** @param {GridView} view */
  function show(view) {
    caption.textContent = view.label;
    hint.textContent = hint.title = view.hint;
    hint.classList.toggle("pl-wake", Boolean(view.wake));
    onlyText.textContent = view.filter;
    filter.hidden = !view.filter;
    table.setAttribute("role", view.verb ? "grid" : "table");
  }

  /** @param {GridView} view */
  function build(view) {
    columns.replaceChildren(...view.columns.map(columnWidth));
    thead.replaceChildren(h("tr", {}, ...view.columns.map(columnHead)));
    tbody.replaceChildren(...view.rows.map((row) => emptyRow(row, view.columns)));
  }

  /**
   * Whether a row is out of sight, since only those with a rule are shown.
   * @param {Element} row
   */
  function hidden(row) {
    return only.checked && row.classList.contains("pl-free-row");
  }

  return { elements, tbody, show, build, hidden };
}

/**
 * The cell that an event is about.
 * @param {Event} event
 * @returns {HTMLTableCellElement | null}
 */
function cellOf({ target }) {
  return target instanceof Element ? target.closest("td, th") : null;
}

/** @param {Place} place */
function build(place) {
  const { el, act } = place;
  const table = frame();
  const { tbody } = table;
  const editor = cellEditor();
  const walk = walker(tbody, table.hidden, arrived);
  el.append(...table.elements);
  /** @type {GridView | null} */
  let view = null;
  let shape = "";

  /**
   * The row one comes to is taken in hand, where that means something.
   * @param {HTMLElement} row
   */
  function arrived(row) {
    const { id = "" } = row.dataset;
    if (view?.pins && id !== view.hand) act("look", { hand: id }, "hand");
  }

  /**
   * What a cell is of: the indicator of its row, and the year of its column.
   * @param {HTMLTableCellElement} cell
   */
  function factsOf(cell) {
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    const year = Number(view?.columns[cell.cellIndex]?.id);
    const { id: indicator, name = "" } = row.dataset;
    return { row, name, facts: { indicator, year } };
  }

  /**
   * @param {HTMLTableCellElement} cell
   * @param {string} [start]
   */
  function edit(cell, start) {
    const { name, facts } = factsOf(cell);
    /** @type {Ends} */
    const ends = {
      typed(value) {
        // What the plan tells is asked for; what a baseline or words tell may be taken away too.
        if (view?.verb && (view.verb !== "tune" || value.trim()))
          act(view.verb, { ...facts, value });
      },
      // Whoever typed stays with what was typed, though the cursor goes on.
      onward: (rows, columns) => walk.step(rows, columns, true),
      back: walk.back,
    };
    editor.edit(cell, `${name} ${facts.year}`, ends, start);
  }

  /**
   * Go where a key leads, if it leads anywhere.
   * @param {string} key
   */
  function moved(key) {
    const move = MOVES.get(key);
    const leap = LEAPS.get(key);
    const edge = EDGES.get(key);
    if (move) walk.step(...move);
    else if (leap) walk.leap(leap);
    else if (edge) walk.edge(edge);
    return Boolean(move || leap || edge);
  }

  /**
   * Do what a key does to a cell that can be changed; whether it does anything is returned.
   * @param {HTMLTableCellElement} cell
   * @param {string} key
   */
  function changed(cell, key) {
    const { facts } = factsOf(cell);
    if (key === "Enter" || key === "F2") edit(cell);
    else if (view?.pins && key.toLowerCase() === "p") act("pin", facts);
    else if (view && view.verb !== "tune" && key === "Delete")
      act(view.verb, { ...facts, value: "" });
    else if (NUMERIC.test(key) || (view?.verb === "describe" && key.length === 1)) edit(cell, key);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const cell = cellOf(event);
    if (!cell || event.target !== cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (moved(event.key) || (editable(cell) && changed(cell, event.key))) event.preventDefault();
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const cell = cellOf(event);
    if (!cell || editor.isIn(cell)) return;
    const again = walk.on(cell);
    walk.stand(factsOf(cell).row.sectionRowIndex, cell.cellIndex);
    if (editable(cell) && (again || view?.verb !== "tune")) edit(cell);
  }

  /** @param {MouseEvent} event */
  function clickedTwice(event) {
    const cell = cellOf(event);
    if (cell && editable(cell) && !editor.isIn(cell)) edit(cell);
  }

  /** A block copied from a spreadsheet goes from the cell on, also one pasted into its editor. */
  function pasted(/** @type {ClipboardEvent} */ event) {
    const cell = cellOf(event);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !view?.verb || !editable(cell) || view.verb === "describe") return;
    if (editor.isIn(cell) && !/[\t\n]/u.test(text.trim())) return;
    event.preventDefault();
    cell.focus(); // leaves the editor, if it is in one
    const { facts } = factsOf(cell);
    act(view.verb === "mend" ? "paste" : "paste_goals", { ...facts, text });
  }

  tbody.addEventListener("paste", pasted);
  tbody.addEventListener("keydown", pressed);
  tbody.addEventListener("click", clicked);
  tbody.addEventListener("dblclick", clickedTwice);

  /** @param {GridView} now */
  function fill(now) {
    now.rows.forEach((row, index) => {
      const line = tbody.rows[index];
      if (!line) return;
      line.dataset.name = row.cells[0]?.[0];
      line.classList.toggle("pl-free-row", row.free);
      line.classList.toggle("pl-first", Boolean(row.group));
      line.classList.toggle("pl-hand", row.id === now.hand);
      if (now.pins) line.setAttribute("aria-selected", String(row.id === now.hand));
      row.cells.forEach((cell, place) => {
        const element = line.cells[place];
        const kind = now.columns[place]?.kind;
        if (element && kind) fillCell(element, cell, kind, row.group, editor.isIn(element));
      });
    });
  }

  /** @param {GridViewOrNone} next */
  function draw(next) {
    el.hidden = !next.columns;
    view = next.columns ? next : null;
    if (!view) return;
    table.show(view);
    const now = JSON.stringify([view.columns, view.rows.map((row) => row.id), view.verb]);
    if (now !== shape) {
      table.build(view);
      walk.begin();
      shape = now;
    }
    fill(view);
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  }

  follow(place, draw);
}

export default part(build);
