// The grid: walking, typing over, pinning, and leaving alone what is only read.
// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import grid from "../../planner/apps/page/static/grid.js";
import { happen, newDocument, press, putAllAway, shown } from "./document.js";

/** @import { Cell, GridView, Row } from "../../planner/apps/page/static/cells.js" */

/**
 * @param {string} id
 * @param {string[]} values
 * @param {Partial<Row>} [more]
 * @returns {Row}
 */
function row(id, values, more = {}) {
  /** @type {Cell[]} */
  const numbers = values.map((value) => [value, "e", ""]);
  const cells = [[id.toUpperCase(), "", "亿元"], ["1", "", ""], ...numbers, ["达标", "met", ""]];
  return { id, group: "", free: false, cells: /** @type {Cell[]} */ (cells), ...more };
}

/**
 * A goal table: name, base year, two years to type into, a state.
 * @param {Partial<GridView>} [more]
 * @returns {GridView}
 */
function goals(more = {}) {
  return {
    label: "目标",
    hint: "提示",
    columns: [
      { id: "name", title: "指标", kind: "head" },
      { id: "base", title: "2025", kind: "number" },
      { id: "2026", title: "2026", kind: "number" },
      { id: "2027", title: "2027", kind: "number" },
      { id: "status", title: "状态", kind: "state" },
    ],
    rows: [
      row("output", ["10", "11"], { group: "规模" }),
      row("spend", ["20", "21"], { free: true }),
      row("patents", ["30", "31"]),
    ],
    hand: "output",
    verb: "tune",
    pins: true,
    filter: "只看有要求的",
    ...more,
  };
}

/** @param {Partial<GridView>} [more] */
function open(more) {
  const place = shown(grid, goals(more));
  /**
   * @param {string} id
   * @param {number} column
   */
  const cell = (id, column) => {
    /** @type {HTMLTableRowElement | null} */
    const line = place.el.querySelector(`tr[data-id=${id}]`);
    const found = line?.cells[column];
    if (!found) throw new Error(`no cell ${id} ${column}`);
    return found;
  };
  /** Where the focus is: the row's id and the column. */
  const at = () => {
    const here = /** @type {HTMLTableCellElement | null} */ (
      document.activeElement?.closest("td, th")
    );
    return here ? [here.closest("tr")?.dataset.id, here.cellIndex] : [];
  };
  /** @param {string} key @param {KeyboardEventInit} [how] */
  const key = (key, how) => press(document.activeElement ?? document, key, how);
  /** @returns {HTMLInputElement | null} */
  const editor = () => place.el.querySelector("input.pl-edit");
  /**
   * Type into the editor, which has to be open.
   * @param {string} text
   */
  const type = (text) => {
    const input = editor();
    if (!input) throw new Error("no editor is open");
    input.value = text;
  };
  /** Verbs and facts of all that is asked for, but for looking. */
  const asked = () => {
    place.kernel.answerAll();
    return place.kernel.sent
      .filter(({ verb }) => verb !== "look")
      .map(({ verb, facts }) => [verb, facts]);
  };
  return { ...place, cell, at, key, editor, type, asked };
}

/** Show only rows that a rule asks something of. */
function onlyRuled() {
  const box = document.querySelector(".pl-filter input");
  if (!(box instanceof HTMLInputElement)) throw new Error("no filter");
  box.checked = true;
  happen(box, "change");
}

beforeEach(newDocument);
afterEach(putAllAway);

describe("what stands in a grid", () => {
  it("shows texts, states, groups and units", () => {
    const { el, cell } = open();
    assert.equal(el.querySelector("caption")?.textContent, "目标");
    assert.equal(cell("output", 0).textContent, "规模OUTPUT 亿元");
    assert.equal(cell("output", 2).textContent, "10");
    assert.equal(cell("output", 4).textContent, "✓ 达标");
    assert.equal(el.querySelector("table")?.getAttribute("role"), "grid");
  });

  it("writes over the same elements and marks the numbers that moved", () => {
    const { kernel, cell } = open();
    const before = cell("output", 2);
    kernel.show(goals({ rows: [row("output", ["12", "11"]), ...goals().rows.slice(1)] }));
    assert.equal(cell("output", 2), before);
    assert.equal(before.textContent, "12");
    assert.ok(before.classList.contains("pl-moved"));
    assert.ok(!cell("output", 3).classList.contains("pl-moved"));
    kernel.show(goals({ rows: [row("output", ["12", "11"]), ...goals().rows.slice(1)] }));
    assert.ok(!before.classList.contains("pl-moved"));
  });

  it("is out of sight when there is nothing to show", () => {
    const { kernel, el } = open();
    kernel.show({});
    assert.ok(el.hidden);
  });

  it("never takes a text for markup", () => {
    const text = "<img src=x onerror=alert(1)>";
    const { el, cell } = open({ rows: [row(text.length.toString(), [text, text])] });
    assert.equal(cell('"28"', 2).textContent, text);
    assert.equal(el.querySelector("img"), null);
  });
});

describe("walking", () => {
  it("goes where the arrow keys lead, and no further than the table", () => {
    const { cell, at, key } = open();
    cell("output", 0).focus();
    for (const [pressed, place] of /** @type {[string, [string, number]][]} */ ([
      ["ArrowDown", ["spend", 0]],
      ["ArrowRight", ["spend", 1]],
      ["ArrowUp", ["output", 1]],
      ["ArrowUp", ["output", 1]],
      ["ArrowLeft", ["output", 0]],
      ["ArrowLeft", ["output", 0]],
      ["End", ["output", 4]],
      ["ArrowRight", ["output", 4]],
      ["PageDown", ["patents", 4]],
      ["ArrowDown", ["patents", 4]],
      ["Home", ["patents", 0]],
      ["PageUp", ["output", 0]],
    ])) {
      assert.ok(key(pressed), pressed);
      assert.deepEqual(at(), place, pressed);
    }
  });

  it("lets Tab come to one cell: the one somebody stood on last", () => {
    const { el, cell, key } = open();
    const stops = () => [...el.querySelectorAll("tbody [tabindex='0']")];
    assert.deepEqual(stops(), [cell("output", 0)]);
    cell("output", 0).focus();
    key("ArrowDown");
    key("ArrowRight");
    assert.deepEqual(stops(), [cell("spend", 1)]);
  });

  it("passes rows that are out of sight", () => {
    const { cell, at, key } = open();
    onlyRuled();
    cell("output", 2).focus();
    cell("output", 2).click();
    key("ArrowDown");
    assert.deepEqual(at(), ["patents", 2]);
    key("ArrowUp");
    assert.deepEqual(at(), ["output", 2]);
  });

  it("takes the row in hand that one comes to", () => {
    const { kernel, cell } = open();
    cell("patents", 2).click();
    assert.deepEqual(kernel.last.facts, { hand: "patents" });
    kernel.answer();
    kernel.show(goals({ hand: "patents" }));
    assert.ok(cell("patents", 0).closest("tr")?.classList.contains("pl-hand"));
    cell("patents", 3).click();
    assert.equal(kernel.sent.length, 1);
  });

  it("takes nothing in hand where nothing is tuned", () => {
    const { kernel, cell } = open({ verb: "mend", pins: false });
    cell("patents", 0).click();
    assert.deepEqual(kernel.sent, []);
  });

  it("leaves keys alone that are meant for others", () => {
    const { cell, key, editor } = open();
    cell("output", 2).click();
    for (const pressed of ["z", "5", "v", "ArrowDown"]) {
      assert.ok(!key(pressed, { ctrlKey: true }), pressed);
    }
    for (const pressed of ["Tab", "x", "Escape", "Delete", " "]) assert.ok(!key(pressed), pressed);
    assert.equal(editor(), null);
  });
});

describe("typing over a cell", () => {
  it("begins with the digit pressed and ends with Enter, a row further down", () => {
    const { cell, at, key, editor, type, asked } = open();
    cell("output", 2).click();
    assert.ok(key("7"));
    assert.equal(editor()?.value, "7");
    assert.equal(editor()?.getAttribute("aria-label"), "OUTPUT 2026");
    type("7.5");
    const input = editor();
    assert.ok(key("Enter"));
    if (input) happen(input, "blur"); // as browsers let happen to what they take away
    assert.deepEqual(asked(), [["tune", { indicator: "output", year: 2026, value: "7.5" }]]);
    assert.deepEqual(at(), ["spend", 2]);
    assert.equal(editor(), null);
    assert.equal(cell("output", 2).textContent, "10"); // until the kernel says otherwise
  });

  it("begins with each sign of a number, and full-width digits", () => {
    for (const sign of ["0", "9", ".", "-", "−", "０", "９"]) {
      newDocument();
      const { cell, key, editor } = open();
      cell("output", 2).click();
      key(sign);
      assert.equal(editor()?.value, sign);
    }
  });

  it("begins with what stands there by Enter, F2 and a double click, all of it selected", () => {
    for (const begin of ["Enter", "F2", "dblclick"]) {
      newDocument();
      const { cell, key, editor } = open();
      cell("output", 2).click();
      if (begin === "dblclick") happen(cell("output", 2), begin);
      else key(begin);
      const input = editor();
      assert.equal(input?.value, "10", begin);
      assert.equal(document.activeElement, input);
      assert.deepEqual([input?.selectionStart, input?.selectionEnd], [0, 2]);
    }
  });

  it("begins with a second click on the same cell", () => {
    const { cell, editor } = open();
    cell("output", 2).click();
    assert.equal(editor(), null);
    cell("output", 2).click();
    assert.equal(editor()?.value, "10");
  });

  it("is left as it was by Escape", () => {
    const { cell, at, key, editor, type, asked } = open();
    cell("output", 2).click();
    key("7");
    type("777");
    key("Escape");
    assert.equal(editor(), null);
    assert.equal(cell("output", 2).textContent, "10");
    assert.deepEqual(asked(), []);
    assert.deepEqual(at(), ["output", 2]);
  });

  it("goes to the sides with Tab, and up with Shift", () => {
    const { cell, at, key, type, asked } = open({ hand: "spend" });
    cell("spend", 2).click();
    key("5");
    assert.ok(key("Tab"));
    assert.deepEqual(at(), ["spend", 3]);
    key("6");
    key("Tab", { shiftKey: true });
    assert.deepEqual(at(), ["spend", 2]);
    key("7");
    type("8");
    key("Enter", { shiftKey: true });
    assert.deepEqual(at(), ["output", 2]);
    assert.deepEqual(
      asked().map(([, facts]) => facts),
      [
        { indicator: "spend", year: 2026, value: "5" },
        { indicator: "spend", year: 2027, value: "6" },
        { indicator: "spend", year: 2026, value: "8" },
      ],
    );
  });

  it("asks once when the focus goes elsewhere", () => {
    const { cell, key, type, asked } = open();
    cell("output", 2).click();
    key("7");
    type("70");
    cell("patents", 3).focus();
    assert.deepEqual(asked(), [["tune", { indicator: "output", year: 2026, value: "70" }]]);
  });

  it("is in one cell at a time, and known to be there", () => {
    const { kernel, el, cell, key, type, asked } = open();
    cell("output", 2).click();
    key("7");
    happen(cell("output", 3), "dblclick");
    assert.equal(el.querySelectorAll(".pl-edit").length, 1);
    assert.deepEqual(asked(), [["tune", { indicator: "output", year: 2026, value: "7" }]]);
    type("8");
    kernel.show(goals({ rows: [row("output", ["7", "9"]), ...goals().rows.slice(1)] }));
    key("Enter");
    assert.deepEqual(asked().at(-1), ["tune", { indicator: "output", year: 2027, value: "8" }]);
  });

  it("takes what is pasted over the content", () => {
    const { cell, key, editor, asked } = open();
    const pasted = "１２，３４５.6";
    cell("output", 2).click();
    assert.ok(!key("v", { ctrlKey: true })); // into a cell nothing is pasted
    key("Enter");
    editor()?.setRangeText(pasted); // over what is selected, as a browser does
    key("Enter");
    assert.deepEqual(asked(), [["tune", { indicator: "output", year: 2026, value: pasted }]]);
  });

  it("asks for nothing where nothing was changed or everything deleted", () => {
    const { cell, key, type, asked } = open();
    for (const text of ["10", " 10 ", "", "  "]) {
      cell("output", 2).focus();
      cell("output", 2).click();
      if (!document.querySelector(".pl-edit")) key("Enter");
      type(text);
      key("Enter");
    }
    assert.deepEqual(asked(), []);
  });

  it("stays open while the table is written anew under it", () => {
    const { kernel, cell, key, editor, type } = open();
    cell("output", 2).click();
    key("7");
    type("75");
    kernel.show(goals({ rows: [row("output", ["99", "11"]), ...goals().rows.slice(1)] }));
    assert.equal(editor()?.value, "75");
    key("Escape");
    assert.equal(cell("output", 2).textContent, "99");
  });

  it("sends no key of the editor on to the page", () => {
    const { el, cell, key } = open();
    /** @type {string[]} */
    const heard = [];
    el.addEventListener("keydown", (event) => heard.push(event.key));
    cell("output", 2).click();
    key("7");
    heard.length = 0;
    key("ArrowLeft");
    key("p");
    assert.deepEqual(heard, []);
  });
});

describe("pins", () => {
  it("are set and taken by P", () => {
    const { kernel, cell, key, asked } = open();
    cell("output", 3).click();
    assert.ok(key("p"));
    kernel.answer();
    assert.ok(key("P"));
    const pin = ["pin", { indicator: "output", year: 2027 }];
    assert.deepEqual(asked(), [pin, pin]);
  });

  it("are none in a baseline", () => {
    const { cell, key, asked } = open({ verb: "mend", pins: false });
    cell("output", 3).focus();
    assert.ok(!key("p"));
    assert.deepEqual(asked(), []);
  });
});

describe("a baseline", () => {
  it("is typed over at the first click, and a number may be deleted", () => {
    const { kernel, cell, key, editor, type, asked } = open({ verb: "mend", pins: false });
    cell("output", 2).click();
    assert.equal(editor()?.value, "10");
    type("");
    key("Enter");
    kernel.answer();
    cell("patents", 3).focus();
    assert.ok(key("Delete"));
    assert.deepEqual(asked(), [
      ["mend", { indicator: "output", year: 2026, value: "" }],
      ["mend", { indicator: "patents", year: 2027, value: "" }],
    ]);
  });
});

describe("what is only read", () => {
  it("opens no editor, whatever is pressed or clicked", () => {
    const { cell, key, editor, asked } = open();
    for (const column of [0, 1, 4]) {
      const here = cell("output", column);
      here.click();
      here.click();
      happen(here, "dblclick");
      for (const pressed of ["5", "Enter", "F2", "p"]) assert.ok(!key(pressed), pressed);
    }
    assert.equal(editor(), null);
    assert.deepEqual(asked(), []);
  });

  it("is a table and no grid where nothing can be typed", () => {
    const { el } = open({ verb: "", pins: false, filter: "" });
    assert.equal(el.querySelector("table")?.getAttribute("role"), "table");
    assert.ok(el.querySelector(".pl-filter")?.hasAttribute("hidden"));
  });
});
