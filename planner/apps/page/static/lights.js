// The lights: how each rule stands, always in sight; each opens its source, formula and reading.
function render({ model, el }) {
  const act = wire(model);
  const summary = h("div", { class: "pl-summary", role: "status" });
  const row = h("div", { class: "pl-lights", role: "group" });
  const detail = h("section", { class: "pl-detail", hidden: true });
  let known = "";
  const region = h("section", {}, h("div", { class: "pl-lightbar" }, row, summary), detail);
  el.append(region);

  function light(item) {
    const toggle = () => act("look", { light: shown(model).items.find((now) => now.id === item.id)?.open ? "" : item.id });
    return h("button", { type: "button", class: "pl-light", "data-rule": item.id, onclick: toggle },
      h("span", { class: "pl-sign", "aria-hidden": "true" }), h("b", {}, item.sign), h("span", { class: "pl-word" }),
      h("span", { class: "pl-figures" }));
  }

  function open(face) {
    const it = face.detail;
    const readings = it.readings.length > 1
      ? h("fieldset", {}, h("legend", {}, it.readingLabel), ...it.readings.map((reading) =>
        h("label", { class: "pl-reading" },
          h("input", { type: "radio", name: "pl-reading", checked: reading.on, onchange: () => act("reading", { rule: it.id, name: reading.id }) }),
          ` ${reading.text}`)))
      : null;
    let relax = null;
    if (it.relax) {
      const reason = h("input", { type: "text", id: "pl-reason", size: 50, maxlength: 300 });
      relax = h("div", { class: "pl-relax" }, h("label", { for: "pl-reason" }, it.relax.label), " ", reason, " ",
        h("button", { type: "button", onclick: () => act("relax", { rule: it.id, reason: reason.value }) }, it.relax.button));
    }
    const lines = h("dl", {});
    for (const line of it.lines) lines.append(h("dt", {}, line.label), h("dd", {}, line.text));
    return [h("h2", {}, it.id === "cert" ? it.title : `${it.id}　${it.title}`),
      h("button", { type: "button", class: "pl-close", "aria-label": face.close, onclick: () => act("look", { light: "" }) }, "×"),
      lines, readings, relax, it.findings.length ? findingList(it.findings, it.findingsLabel) : null].filter(Boolean);
  }

  return faced(model, el, (face) => {
    region.setAttribute("aria-label", face.label);
    row.setAttribute("aria-label", face.label);
    summary.textContent = face.summary ? `${SIGNS[face.summary.state]} ${face.summary.text}` : face.empty;
    summary.dataset.state = face.summary ? face.summary.state : "free";
    const keys = face.items.map((item) => item.id).join(" ");
    if (keys !== known) {
      row.replaceChildren(...face.items.map(light));
      known = keys;
    }
    face.items.forEach((item, index) => {
      const button = row.children[index];
      button.dataset.state = item.state;
      button.title = item.hint;
      button.setAttribute("aria-expanded", String(item.open));
      button.children[0].textContent = SIGNS[item.state];
      button.children[1].textContent = item.sign;
      button.children[2].textContent = item.word;
      button.children[3].textContent = item.figures;
    });
    const focused = detail.contains(document.activeElement) ? document.activeElement.value : null;
    detail.hidden = !face.detail;
    if (face.detail) {
      const typed = detail.querySelector("#pl-reason")?.value ?? "";
      detail.replaceChildren(...open(face));
      const box = detail.querySelector("#pl-reason");
      if (box) box.value = typed;
      if (focused !== null) detail.querySelector("input[type=radio]:checked, #pl-reason")?.focus();
    }
    el.dataset.step = String(Number(el.dataset.step || 0) + 1);
  });
}

export default { render };
