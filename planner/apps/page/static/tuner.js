// The tuner: the indicator in hand by slider and by number box, its pins and its stage shape.
function render({ model, el }) {
  const act = wire(model);
  const title = h("h2", {});
  const facts = h("dl", { class: "pl-facts" });
  const years = h("div", { class: "pl-years" });
  const shapeLabel = h("label", { for: "pl-shape" });
  const shape = h("select", { id: "pl-shape", onchange: () => act("shape", { indicator: id, shape: shape.value }) });
  const release = h("button", { type: "button", onclick: () => act("release", { indicator: id }) });
  const findings = h("div", {});
  const body = h("section", { class: "pl-tuner" }, title, facts, years,
    h("div", { class: "pl-shape" }, shapeLabel, shape, release), findings);
  const chart = h("div", { class: "pl-chart" });
  const odds = feasibility(act);
  el.append(body, chart, odds.box);
  let drawn = "";
  let id = "";
  let known = "";
  let drag = 0;
  let held = null; // the control being moved: it is not written over
  let letGo = false; // nobody moves it any more, but not all of its movements are answered yet

  function tune(year, value, gesture) {
    act("tune", { indicator: id, year, value, gesture }, `tune ${id} ${year}`);
  }

  function line(year) {
    const slider = h("input", { type: "range", class: "pl-slider" });
    const box = h("input", { type: "text", inputmode: "decimal", class: "pl-box" });
    const pin = h("button", { type: "button", class: "pl-pin", onclick: () => act("pin", { indicator: id, year }) });
    const fixed = (value) => Number(value).toFixed(shown(model).decimals);
    const move = () => {
      held = slider;
      letGo = false;
      box.value = fixed(slider.value);
      tune(year, box.value, `${id} ${year} ${drag}`);
    };
    slider.addEventListener("pointerdown", () => { drag += 1; held = slider; letGo = false; });
    slider.addEventListener("input", move);
    slider.addEventListener("change", () => { letGo = true; });
    slider.addEventListener("keyup", () => { letGo = true; });
    slider.addEventListener("blur", () => { letGo = true; drag += 1; });
    slider.addEventListener("keydown", (event) => {
      const key = Number(event.shiftKey ? slider.step : shown(model).step);
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (steps === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      slider.value = Number(slider.value) + steps * key;
      move();
    });
    box.addEventListener("focus", () => { held = box; letGo = false; });
    const settle = () => {
      held = null;
      const face = shown(model).years.find((item) => item.year === year);
      if (face && box.value.trim() && box.value.trim() !== face.value) {
        drag += 1;
        box.dataset.sent = box.value;
        tune(year, box.value, "");
      } else if (face) box.value = box.dataset.sent = face.value;
    };
    box.addEventListener("blur", settle);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") settle();
      if (event.key === "Escape") { held = null; box.value = box.dataset.sent = shown(model).years.find((item) => item.year === year).value; }
    });
    return h("div", { class: "pl-year", "data-year": year }, h("span", { class: "pl-when", "aria-hidden": "true" }), slider, box, pin, h("span", { class: "pl-mark" }));
  }

  function show(line, item) {
    if (!line) return;
    const [, slider, box] = line.children;
    if (held !== slider) slider.value = item.value || shown(model).low;
    if (held !== box && held !== slider) box.value = box.dataset.sent = item.value;
  }

  return faced(model, el, (face) => {
    body.hidden = !face.id;
    if (!face.id) return;
    if (id !== face.id) held = null;
    id = face.id;
    title.textContent = `${face.label}${face.name}`;
    title.append(h("small", {}, ` ${face.unit}`), " ", h("span", { class: "pl-state", "data-state": face.state }, `${SIGNS[face.state]} ${face.word}`));
    facts.replaceChildren(...face.facts.flatMap((fact) => [h("dt", {}, fact.label), h("dd", {}, fact.text)]));
    const keys = face.years.map((item) => item.year).join(" ");
    if (keys !== known) { years.replaceChildren(...face.years.map((item) => line(item.year))); known = keys; }
    face.years.forEach((item, index) => {
      const [when, slider, box, pin, mark] = years.children[index].children;
      when.textContent = item.year;
      slider.min = face.low;
      slider.max = face.high;
      slider.step = (10 ** -face.decimals).toFixed(face.decimals);
      slider.setAttribute("aria-label", item.slider);
      slider.setAttribute("aria-valuetext", `${item.value} ${face.unit}`);
      box.setAttribute("aria-label", item.box);
      show(years.children[index], item);
      pin.textContent = `${item.pinned ? "◆" : "◇"} ${item.pin}`;
      pin.setAttribute("aria-pressed", String(item.pinned));
      pin.setAttribute("aria-label", item.pinHint);
      mark.textContent = item.mark;
      years.children[index].classList.toggle("pl-pinned", item.pinned);
    });
    shapeLabel.textContent = face.shapeLabel;
    shape.replaceChildren(...face.shapes.map((item) => h("option", { value: item.id, selected: item.on }, item.text)));
    release.textContent = face.release || "";
    release.hidden = !face.release;
    release.title = face.releaseHint;
    findings.replaceChildren(...(face.findings.length ? [findingList(face.findings, face.findingsLabel)] : []));
    if (face.chart !== drawn) { chart.innerHTML = face.chart; drawn = face.chart; } // made and escaped by the kernel
    odds.show(face.odds);
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  }, {
    "planner-busy": (event) => { if (!event.detail && letGo) { held = null; letGo = false; } },
    // What was refused does not stay in a box.
    "planner-answered": () => shown(model)?.years?.forEach((item, index) => show(years.children[index], item)),
  });
}

export default { render };
