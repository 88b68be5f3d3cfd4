// Cells: rows and columns of a grid as elements, and what each cell shows.
// @ts-check
import { h, SIGNS } from "./dom.js";
import { helpMark } from "./help.js";

/**
 * @typedef {"head" | "number" | "text" | "state"} Kind
 * @typedef {{ id: string, title: string, kind: Kind, help?: string }} Column
 *
 * A cell: its text, its marks (letters; of a state its name) and a note.
 * @typedef {[text: string, marks: string, note: string]} Cell
 * @typedef {{ id: string, group: string, free: boolean, cells: Cell[] }} Row
 *
 * What a grid shows; its verb is what typing into it asks for, none where it is only read.
 * @typedef {object} GridView
 * @property {string} label
 * @property {string} hint
 * @property {boolean} [wake] whether the hint tells what was moved besides
 * @property {Column[]} columns
 * @property {Row[]} rows
 * @property {string} hand
 * @property {"tune" | "mend" | "describe" | ""} verb
 * @property {boolean} pins
 * @property {string} filter
 */

/**
 * Whether a cell can be typed over.
 * @param {HTMLElement} cell
 */
export function editable(cell) {
  return Boolean(cell.dataset.marks?.includes("e"));
}

/** @param {Column} column */
export function columnWidth({ id, kind }) {
  return h("col", { class: `pl-col-${kind} pl-col-${id}` });
}

/** @param {Column} column */
export function columnHead({ kind, title, help }) {
  return h("th", { scope: "col", class: `pl-${kind}` }, title, helpMark(help, title));
}

/**
 * @param {Row} row
 * @param {Column[]} columns
 */
export function emptyRow(row, columns) {
  const cells = columns.map(({ kind }) =>
    kind === "head"
      ? h("th", { scope: "row", class: "pl-head-cell", tabindex: "-1" })
      : h("td", { class: `pl-${kind}`, tabindex: "-1" }),
  );
  return h("tr", { "data-id": row.id }, ...cells);
}

/**
 * What stands in a cell.
 * @param {Cell} cell
 * @param {Kind} kind
 * @param {string} group
 */
function content([text, marks, note], kind, group) {
  if (kind === "state") return [h("span", { class: "pl-state" }, `${SIGNS[marks] ?? ""} ${text}`)];
  if (kind !== "head") return [text];
  const above = group ? h("span", { class: "pl-group" }, group) : "";
  return [above, text, note ? h("small", {}, ` ${note}`) : ""];
}

/**
 * Write a cell where it is not as it was. A number that changed is marked until it is written
 * again; under an editor the content stays.
 * @param {HTMLElement} element
 * @param {Cell} cell
 * @param {Kind} kind
 * @param {string} group
 * @param {boolean} edited
 */
export function fillCell(element, cell, kind, group, edited) {
  const [text, marks, note] = cell;
  const { dataset } = element;
  const mark = kind === "state" ? "state" : "marks";
  if (dataset.text === text && dataset.note === note && dataset[mark] === marks) {
    element.classList.remove("pl-moved");
    return;
  }
  const moved = kind === "number" && dataset.text !== undefined && dataset.text !== text;
  dataset.text = text;
  dataset[mark] = marks;
  dataset.note = note;
  if (!edited) element.replaceChildren(...content(cell, kind, group));
  if (note && kind !== "head") element.title = note;
  else element.removeAttribute("title");
  element.classList.toggle("pl-moved", moved);
}
