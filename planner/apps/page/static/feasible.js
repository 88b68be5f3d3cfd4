// Feasibility: the odds of what is in hand and of all firm goals together, and the safe target.
function feasibility(act) {
  const title = h("h2", {});
  const meter = () => h("span", { class: "pl-meter", "aria-hidden": "true" }, h("span", {}));
  const joint = h("p", { class: "pl-joint", role: "status" }, h("span", {}), " ", h("b", {}), " ", meter(), " ", h("small", {}));
  const handTitle = h("h3", {});
  const handYears = h("b", { class: "pl-oddsyears" });
  const safe = h("button", { type: "button", class: "pl-safe", onclick: () => act("tune", { indicator: now.hand.id, year: now.hand.safe.year, value: now.hand.safe.value, gesture: "" }) });
  const range = h("p", { class: "pl-range" });
  const lines = h("ul", { class: "pl-oddslines" });
  const hand = h("div", { class: "pl-oddshand" }, h("div", {}, handTitle, handYears, safe), range, lines);
  const rows = h("div", { class: "pl-oddsrows", role: "group" });
  const notes = h("details", { class: "pl-oddsnotes" }, h("summary", {}), h("ul", {}));
  const box = h("section", { class: "pl-odds", hidden: true }, title, joint, hand, rows, notes);
  let known = "";
  let now = null;

  const fill = (element, share) => { element.firstChild.style.width = `${100 * share}%`; };
  const listed = (texts) => texts.map((text) => h("li", {}, text));

  function show(face) {
    now = face;
    box.hidden = !face;
    if (!face) return;
    box.setAttribute("aria-label", face.label);
    title.textContent = face.label;
    joint.children[0].textContent = face.joint.label;
    joint.children[1].textContent = face.joint.text;
    fill(joint.children[2], face.joint.share);
    joint.children[3].textContent = face.stages;
    hand.hidden = !face.hand;
    if (face.hand) {
      handTitle.textContent = face.hand.title;
      handYears.textContent = face.hand.years;
      safe.textContent = face.hand.safe.text;
      safe.title = face.hand.safe.hint;
      range.textContent = face.hand.range;
      lines.replaceChildren(...listed(face.hand.lines));
    }
    rows.setAttribute("aria-label", face.rowsLabel);
    const keys = face.rows.map((row) => row.id).join(" ");
    if (keys !== known) {
      rows.replaceChildren(...face.rows.map((row) => h("button", { type: "button", class: "pl-oddsrow", "data-indicator": row.id, onclick: () => act("look", { hand: row.id }) },
        h("span", {}), meter(), h("b", {}))));
      known = keys;
    }
    face.rows.forEach((row, index) => {
      const [name, bar, text] = rows.children[index].children;
      rows.children[index].title = row.hint;
      name.textContent = row.name;
      fill(bar, row.share);
      text.textContent = row.text;
    });
    notes.children[0].textContent = face.notesLabel;
    notes.children[1].replaceChildren(...listed(face.notes));
  }

  return { box, show };
}
