// A grid: a table to walk through with the arrow keys, whose cells are typed over as in a
// spreadsheet.
// @ts-check
import { columnHead, columnWidth, editable, emptyRow, fillCell } from "./cells.js";
import { h } from "./dom.js";
import { cellEditor } from "./editor.js";
import { follow, part } from "./part.js";
import { walker } from "./walk.js";

/** @import { GridFace } from "./cells.js" */
/** @import { Ends } from "./editor.js" */
/** @import { Place } from "./part.js" */

/** @typedef {GridFace | { columns?: undefined }} GridFaceOrNone */

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
const NUMERIC = /^[\d.\-−０-９]$/;

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
  const hint = h("span", { class: "pl-hint" });
  const head = h("div", { class: "pl-gridhead" }, hint, filter);
  const elements = [head, h("div", { class: "pl-frame" }, table)];

  /** @param {GridFace} face */
  function show(face) {
    caption.textContent = face.label;
    hint.textContent = face.hint;
    onlyText.textContent = face.filter;
    filter.hidden = !face.filter;
    table.setAttribute("role", face.verb ? "grid" : "table");
  }

  /** @param {GridFace} face */
  function build(face) {
    columns.replaceChildren(...face.columns.map(columnWidth));
    thead.replaceChildren(h("tr", {}, ...face.columns.map(columnHead)));
    tbody.replaceChildren(...face.rows.map((row) => emptyRow(row, face.columns)));
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
  /** @type {GridFace | null} */
  let face = null;
  let shape = "";

  /**
   * The row one comes to is taken in hand, where that means something.
   * @param {HTMLElement} row
   */
  function arrived(row) {
    const { id = "" } = row.dataset;
    if (face?.pins && id !== face.hand) act("look", { hand: id }, "hand");
  }

  /**
   * What a cell is of: the indicator of its row, and the year of its column.
   * @param {HTMLTableCellElement} cell
   */
  function factsOf(cell) {
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    const year = Number(face?.columns[cell.cellIndex]?.id);
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
        // What the plan tells is asked for; what a baseline tells may be taken away too.
        if (face?.verb === "mend") act("mend", { ...facts, value });
        else if (value.trim()) act("tune", { ...facts, value });
      },
      onward: walk.step,
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
    else if (face?.pins && key.toLowerCase() === "p") act("pin", facts);
    else if (face?.verb === "mend" && key === "Delete") act("mend", { ...facts, value: "" });
    else if (NUMERIC.test(key)) edit(cell, key);
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
    if (editable(cell) && (again || face?.verb === "mend")) edit(cell);
  }

  /** @param {MouseEvent} event */
  function clickedTwice(event) {
    const cell = cellOf(event);
    if (cell && editable(cell) && !editor.isIn(cell)) edit(cell);
  }

  tbody.addEventListener("keydown", pressed);
  tbody.addEventListener("click", clicked);
  tbody.addEventListener("dblclick", clickedTwice);

  /** @param {GridFace} now */
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

  /** @param {GridFaceOrNone} next */
  function draw(next) {
    el.hidden = !next.columns;
    face = next.columns ? next : null;
    if (!face) return;
    table.show(face);
    const now = JSON.stringify([face.columns, face.rows.map((row) => row.id), face.verb]);
    if (now !== shape) {
      table.build(face);
      walk.begin();
      shape = now;
    }
    fill(face);
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  }

  follow(place, draw);
}

export default part(build);
