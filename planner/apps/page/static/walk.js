// Walking: where one stands in a table, and the steps from there; rows out of sight are passed.
// @ts-check

/** @typedef {{ row: number, column: number }} Spot */

/**
 * @param {number} value
 * @param {number} most
 */
function within(value, most) {
  return Math.min(Math.max(value, 0), most);
}

/**
 * Walk through the rows of a table.
 * @param {HTMLTableSectionElement} tbody
 * @param {(row: HTMLTableRowElement) => boolean} hidden
 * @param {(row: HTMLTableRowElement) => void} arrived
 */
export function walker(tbody, hidden, arrived) {
  /** @type {Spot} */
  let at = { row: 0, column: 0 };

  /** @param {Spot} spot */
  const cellAt = ({ row, column }) => tbody.rows[row]?.cells[column];
  const lastRow = () => tbody.rows.length - 1;
  const lastColumn = () => (tbody.rows[0]?.cells.length ?? 1) - 1;

  /**
   * Stand on a cell, which then is the one that Tab comes to.
   * @param {number} row
   * @param {number} column
   * @param {boolean} [quietly] without taking the row in hand
   */
  function stand(row, column, quietly = false) {
    const line = tbody.rows[row];
    const cell = line?.cells[column];
    if (!line || !cell) return;
    cellAt(at)?.setAttribute("tabindex", "-1");
    at = { row, column };
    cell.setAttribute("tabindex", "0");
    cell.focus();
    if (!quietly) arrived(line);
  }

  /**
   * Step to another row or column, and no further than there are any.
   * @param {number} rows
   * @param {number} columns
   * @param {boolean} [quietly]
   */
  function step(rows, columns, quietly = false) {
    let row = at.row + rows;
    for (let line = tbody.rows[row]; rows && line && hidden(line); line = tbody.rows[row]) {
      row += rows;
    }
    if (tbody.rows[row]) stand(row, within(at.column + columns, lastColumn()), quietly);
  }

  /**
   * Leap over several rows, at most to the first or the last.
   * @param {number} rows
   */
  function leap(rows) {
    stand(within(at.row + rows, lastRow()), at.column);
  }

  /**
   * Go to the first or the last column.
   * @param {"first" | "last"} end
   */
  function edge(end) {
    stand(at.row, end === "first" ? 0 : lastColumn());
  }

  /** Stand where one stood, after the focus was elsewhere. */
  function back() {
    stand(at.row, at.column);
  }

  /** Begin anew, in a table whose rows are new. */
  function begin() {
    at = { row: 0, column: 0 };
    cellAt(at)?.setAttribute("tabindex", "0");
  }

  /**
   * Whether one stands on a cell.
   * @param {Element} cell
   */
  function on(cell) {
    return cellAt(at) === cell;
  }

  return { stand, step, leap, edge, back, begin, on };
}
