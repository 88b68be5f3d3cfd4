// Files: uploads in pieces small enough for any server's limit, downloads from bytes sent here.
const PIECE = 1 << 20;

function save(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

function render({ model, el }) {
  const act = wire(model);
  const note = h("div", { class: "pl-filenote", role: "status" });
  const list = h("div", { class: "pl-files" });
  el.append(list, note);
  let known = "";

  const fill = (pattern, facts) => pattern.replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");

  async function upload(kind, file) {
    const face = shown(model);
    const size = (file.size / 1e6).toFixed(1);
    if (file.size > face.limit) { note.textContent = fill(face.tooLarge, { name: file.name, size, limit: face.limit / 1e6 }); return; }
    if (!file.size) { note.textContent = fill(face.emptyFile, { name: file.name }); return; }
    note.textContent = fill(face.uploading, { name: file.name });
    const count = Math.ceil(file.size / PIECE);
    for (let index = 0; index < count; index += 1) {
      const bytes = await file.slice(index * PIECE, (index + 1) * PIECE).arrayBuffer();
      act("piece", { kind, name: file.name, index, count }, "", [bytes]);
    }
  }

  function picker(item) {
    const input = h("input", { type: "file", accept: item.accept, id: `pl-file-${item.kind}`, "data-kind": item.kind });
    input.addEventListener("change", () => { if (input.files[0]) upload(item.kind, input.files[0]); input.value = ""; });
    const zone = h("div", { class: "pl-drop" }, input, h("label", { for: input.id }, `⇪ ${item.text}`), h("p", { class: "pl-hint" }, item.hint));
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("pl-over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("pl-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("pl-over");
      if (event.dataTransfer.files[0]) upload(item.kind, event.dataTransfer.files[0]);
    });
    return zone;
  }

  function artefact(item) {
    return h("div", { class: "pl-artefact" },
      h("button", { type: "button", "data-artefact": item.id, "aria-label": item.label, onclick: () => { note.textContent = shown(model).making; act("make", { artefact: item.id }); } }, item.text),
      h("span", { class: "pl-hint" }, item.hint));
  }

  model.on("msg:custom", (message, buffers) => {
    if (message.save) save(message.save, buffers[0]);
    if (message.said !== undefined) note.textContent = message.said;
  });
  return faced(model, el, (face) => {
    const now = JSON.stringify(face);
    if (now === known) return;
    known = now;
    list.replaceChildren(...(face.uploads ?? []).map(picker), ...(face.artefacts ?? []).map(artefact));
  });
}

export default { render };
