// A grid: a table to walk through with the arrow keys, whose cells are typed over as in a spreadsheet.
function render({ model, el }) {
  const act = wire(model);
  const caption = h("caption", {});
  const columns = h("colgroup", {});
  const thead = h("thead", {});
  const tbody = h("tbody", {});
  const table = h("table", { class: "pl-grid" }, caption, columns, thead, tbody);
  const only = h("input", { type: "checkbox", onchange: () => table.classList.toggle("pl-only", only.checked) });
  const onlyText = h("span", {});
  const onlyLabel = h("label", { class: "pl-filter" }, only, " ", onlyText);
  const hint = h("span", { class: "pl-hint" });
  const frame = h("div", { class: "pl-frame" }, table);
  el.append(h("div", { class: "pl-gridhead" }, hint, onlyLabel), frame);
  let shape = "";
  let at = { row: 0, column: 0 };
  let editor = null;

  const cellAt = (row, column) => tbody.rows[row]?.cells[column];
  const visible = (row) => tbody.rows[row] && tbody.rows[row].offsetParent !== null;
  const editable = (cell) => cell?.classList.contains("pl-number") && cell.dataset.marks?.includes("e");

  function stand(row, column, focus = true) {
    const cell = cellAt(row, column);
    if (!cell) return;
    cellAt(at.row, at.column)?.setAttribute("tabindex", "-1");
    at = { row, column };
    cell.setAttribute("tabindex", "0");
    if (!focus) return;
    cell.focus();
    const id = tbody.rows[row].dataset.id;
    const face = shown(model);
    if (face.pins && id !== face.hand) act("look", { hand: id }, "hand");
  }

  function walk(rows, columns) {
    let row = at.row + rows;
    while (rows && row >= 0 && row < tbody.rows.length && !visible(row)) row += rows;
    const column = Math.min(Math.max(at.column + columns, 0), tbody.rows[0].cells.length - 1);
    if (row >= 0 && row < tbody.rows.length) stand(row, column);
  }

  function edit(cell, start) {
    if (editor) editor.blur();
    const id = cell.parentElement.dataset.id;
    const year = Number(shown(model).columns[cell.cellIndex].id);
    const before = cell.dataset.text;
    let settled = false;
    const input = h("input", { type: "text", inputmode: "decimal", class: "pl-edit",
      "aria-label": `${cell.parentElement.dataset.name} ${year}` });
    input.value = start ?? before;
    const finish = (keep) => {
      if (settled) return;
      settled = true;
      editor = null;
      cell.replaceChildren(cell.dataset.text);
      if (keep && input.value.trim() !== before) {
        const face = shown(model);
        if (face.verb === "mend") act("mend", { indicator: id, year, value: input.value });
        else if (input.value.trim()) act("tune", { indicator: id, year, value: input.value });
      }
    };
    input.addEventListener("blur", () => finish(true));
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") { finish(false); stand(at.row, at.column); }
      else if (event.key === "Enter") { event.preventDefault(); finish(true); walk(event.shiftKey ? -1 : 1, 0); }
      else if (event.key === "Tab") { event.preventDefault(); finish(true); walk(0, event.shiftKey ? -1 : 1); }
    });
    editor = input;
    cell.replaceChildren(input);
    input.focus();
    if (start === undefined) input.select();
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-8, 0], PageDown: [8, 0] };

  tbody.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || event.target !== cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const face = shown(model);
    if (MOVES[event.key]) {
      event.preventDefault();
      const [rows, columns] = MOVES[event.key];
      if (Math.abs(rows) > 1) stand(Math.min(Math.max(at.row + rows, 0), tbody.rows.length - 1), at.column);
      else walk(rows, columns);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      stand(at.row, event.key === "Home" ? 0 : tbody.rows[0].cells.length - 1);
    } else if (editable(cell) && (event.key === "Enter" || event.key === "F2")) {
      event.preventDefault();
      edit(cell);
    } else if (editable(cell) && face.pins && event.key.toLowerCase() === "p") {
      event.preventDefault();
      act("pin", { indicator: cell.parentElement.dataset.id, year: Number(face.columns[cell.cellIndex].id) });
    } else if (editable(cell) && face.verb === "mend" && event.key === "Delete") {
      act("mend", { indicator: cell.parentElement.dataset.id, year: Number(face.columns[cell.cellIndex].id), value: "" });
    } else if (editable(cell) && /^[\d.\-−０-９]$/.test(event.key)) {
      event.preventDefault();
      edit(cell, event.key);
    }
  });
  tbody.addEventListener("click", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || event.target.tagName === "INPUT") return;
    const again = at.row === cell.parentElement.sectionRowIndex && at.column === cell.cellIndex;
    stand(cell.parentElement.sectionRowIndex, cell.cellIndex);
    if (editable(cell) && (again || shown(model).verb === "mend")) edit(cell);
  });
  tbody.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td, th");
    if (editable(cell) && event.target.tagName !== "INPUT") edit(cell);
  });

  function build(face) {
    columns.replaceChildren(...face.columns.map((column) => h("col", { class: `pl-col-${column.kind} pl-col-${column.id}` })));
    thead.replaceChildren(h("tr", {}, ...face.columns.map((column) => h("th", { scope: "col", class: `pl-${column.kind}` }, column.title))));
    tbody.replaceChildren(...face.rows.map((row) => {
      const cells = row.cells.map((_, index) => {
        const kind = face.columns[index].kind;
        return kind === "head" ? h("th", { scope: "row", class: "pl-head-cell", tabindex: "-1" })
          : h("td", { class: `pl-${kind}`, tabindex: "-1" });
      });
      return h("tr", { "data-id": row.id }, ...cells);
    }));
    at = { row: 0, column: 0 };
    if (face.rows.length) cellAt(0, 0).setAttribute("tabindex", "0");
  }

  function fill(cell, [text, marks, note], kind, group) {
    const marked = kind === "state" ? cell.dataset.state : cell.dataset.marks;
    if (cell.dataset.text !== text || cell.dataset.note !== note || marked !== marks) {
      const changed = cell.dataset.text !== undefined && cell.dataset.text !== text && kind === "number";
      cell.dataset.text = text;
      if (kind === "state") cell.dataset.state = marks;
      else cell.dataset.marks = marks;
      cell.dataset.note = note;
      if (!(editor && cell.contains(editor))) {
        if (kind === "state") cell.replaceChildren(h("span", { class: "pl-state" }, `${SIGNS[marks] ?? ""} ${text}`));
        else if (kind === "head") cell.replaceChildren(group ? h("span", { class: "pl-group" }, group) : "", text, note ? h("small", {}, ` ${note}`) : "");
        else cell.replaceChildren(text);
      }
      if (note && kind !== "head") cell.title = note;
      else cell.removeAttribute("title");
      cell.classList.toggle("pl-moved", changed);
    } else if (cell.classList.contains("pl-moved")) cell.classList.remove("pl-moved");
  }

  return faced(model, el, (face) => {
    el.hidden = !face.columns;
    if (!face.columns) return;
    caption.textContent = face.label;
    hint.textContent = face.hint;
    onlyText.textContent = face.filter;
    onlyLabel.hidden = !face.filter;
    table.setAttribute("role", face.verb ? "grid" : "table");
    const now = JSON.stringify([face.columns, face.rows.map((row) => row.id), face.verb]);
    if (now !== shape) { build(face); shape = now; }
    face.rows.forEach((row, index) => {
      const line = tbody.rows[index];
      line.dataset.name = row.cells[0][0];
      line.classList.toggle("pl-free-row", row.free);
      line.classList.toggle("pl-first", Boolean(row.group));
      line.classList.toggle("pl-hand", row.id === face.hand);
      if (face.pins) line.setAttribute("aria-selected", String(row.id === face.hand));
      row.cells.forEach((cell, column) => fill(line.cells[column], cell, face.columns[column].kind, row.group));
    });
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  });
}

export default { render };
