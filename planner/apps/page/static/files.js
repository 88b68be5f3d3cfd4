// Files: uploads in pieces small enough for any server's limit, downloads from bytes sent here.
// @ts-check
import { h } from "./dom.js";
import { follow, part } from "./part.js";
import { named } from "./root.js";

/** @import { Place } from "./part.js" */

/**
 * @typedef {{ kind: string, text: string, hint: string, accept: string, folded: boolean }} Upload
 * @typedef {{ id: string, text: string, label: string, hint: string, first?: boolean, look?: string }} Artefact
 *
 * The texts of uploads are there where there are uploads.
 * @typedef {object} FilesView
 * @property {number} [limit]
 * @property {string} [tooLarge]
 * @property {string} [emptyFile]
 * @property {string} [uploading]
 * @property {string} making
 * @property {string} [others]
 * @property {string} [more]
 * @property {string} [close]
 * @property {Upload[]} [uploads]
 * @property {Artefact[]} artefacts
 */

const PIECE = 1 << 20;
const KEEP = 60_000; // ms until what was handed to the browser is dropped

/**
 * Hand bytes to the browser to keep under a name.
 * @param {string} name
 * @param {DataView} bytes
 */
function save(name, bytes) {
  const data = /** @type {DataView<ArrayBuffer>} */ (bytes);
  const url = URL.createObjectURL(new Blob([data]));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), KEEP);
}

/**
 * Put facts into a text at the places named for them.
 * @param {string} [pattern]
 * @param {Record<string, string | number>} [facts]
 */
function worded(pattern = "", facts = {}) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/**
 * Where files are picked or dropped.
 * @param {Upload} item
 * @param {string} id
 * @param {(file: File) => void} taken
 */
function dropZone(item, id, taken) {
  const input = h("input", { type: "file", accept: item.accept, id, "data-kind": item.kind });
  const label = h("label", { for: id }, `⇪ ${item.text}`);
  const zone = h(
    "div",
    { class: "pl-drop" },
    input,
    label,
    h("p", { class: "pl-hint" }, item.hint),
  );

  /** @param {FileList | null | undefined} files */
  function first(files) {
    const file = files?.[0];
    if (file) taken(file);
  }

  input.addEventListener("change", () => {
    first(input.files);
    input.value = "";
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("pl-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("pl-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("pl-over");
    first(event.dataTransfer?.files);
  });
  return zone;
}

/**
 * A file to be made.
 * @param {Artefact} item
 * @param {() => void} make
 * @param {() => void} look
 */
function artefactLine({ id, text, label, hint, look: word }, make, look) {
  const facts = { type: "button", "data-artefact": id, "aria-label": label, onclick: make };
  const seen = { type: "button", class: "pl-look", "data-look": id, onclick: look };
  return h(
    "div",
    { class: "pl-artefact" },
    h("button", facts, text),
    h("span", { class: "pl-hint" }, hint),
    word ? h("button", { ...seen, "aria-label": `${word} ${text}` }, word) : null,
  );
}

/** Where a document is looked at: its text as a sheet of its own, or pictures of its pages. */
function previewBox() {
  const title = h("strong");
  const close = h("button", { type: "button", class: "pl-close" }, "×");
  const inside = h("div", { class: "pl-pages-seen", tabindex: "0" });
  const box = h("section", { class: "pl-preview", hidden: true, tabindex: "-1" }, title, close);
  box.append(inside);
  /** @type {string[]} */
  let urls = [];

  function shut() {
    box.hidden = true;
    inside.replaceChildren();
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
  }

  /**
   * @param {{ title: string, html: string }} told
   * @param {DataView[]} pages
   */
  function show(told, pages) {
    shut();
    title.textContent = told.title;
    box.setAttribute("aria-label", told.title);
    urls = pages.map((bytes) => {
      const data = /** @type {DataView<ArrayBuffer>} */ (bytes);
      return URL.createObjectURL(new Blob([data], { type: "image/svg+xml" }));
    });
    const seen = urls.map((src, at) => h("img", { src, alt: `${told.title} ${at + 1}` }));
    // Nothing in it is run, whatever it holds.
    const sheet = { sandbox: "", srcdoc: told.html, title: told.title };
    inside.replaceChildren(...(told.html ? [h("iframe", sheet)] : seen));
    box.hidden = false;
    box.focus();
  }

  close.addEventListener("click", shut);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });
  return { box, close, show };
}

/** @param {Place} place */
function build(place) {
  const { model, el, root, act } = place;
  const note = h("div", { class: "pl-filenote", role: "status" });
  const list = h("div", { class: "pl-files" });
  const seen = previewBox();
  el.append(h("div", { class: "pl-filesboth" }, h("div", {}, list, note), seen.box));
  let known = "";
  /** @type {FilesView} */
  let texts = { making: "", artefacts: [] };

  /**
   * @param {string} kind
   * @param {File} file
   */
  async function upload(kind, file) {
    const { name } = file;
    const { limit = 0 } = texts;
    if (file.size > limit) {
      const size = (file.size / 1e6).toFixed(1);
      note.textContent = worded(texts.tooLarge, { name, size, limit: limit / 1e6 });
      return;
    }
    if (!file.size) {
      note.textContent = worded(texts.emptyFile, { name });
      return;
    }
    note.textContent = worded(texts.uploading, { name });
    const count = Math.ceil(file.size / PIECE);
    for (let index = 0; index < count; index += 1) {
      const bytes = await file.slice(index * PIECE, (index + 1) * PIECE).arrayBuffer();
      act("piece", { kind, name, index, count }, "", [bytes]);
    }
  }

  /** @param {string} artefact */
  function make(artefact) {
    note.textContent = texts.making;
    act("make", { artefact });
  }

  /** @param {string} artefact */
  function look(artefact) {
    note.textContent = texts.making;
    act("preview", { artefact });
  }

  /** @param {FilesView} view */
  function draw(view) {
    texts = view;
    seen.close.setAttribute("aria-label", view.close ?? "×");
    const now = JSON.stringify(view);
    if (now === known) return;
    known = now;
    const uploads = view.uploads ?? [];
    const zoneOf = (/** @type {Upload} */ item) =>
      dropZone(item, named(root, `pl-file-${item.kind}`), (file) => upload(item.kind, file));
    /** @type {HTMLElement[]} */
    const zones = [...uploads.filter((item) => !item.folded).map(zoneOf)];
    const aside = uploads.filter((item) => item.folded).map(zoneOf);
    if (aside.length) zones.push(h("details", {}, h("summary", {}, view.more), ...aside));
    const lines = (view.artefacts ?? []).map((item) =>
      artefactLine(
        item,
        () => make(item.id),
        () => look(item.id),
      ),
    );
    const first = (view.artefacts ?? []).map((item) => item.first);
    if (!first.some(Boolean)) return list.replaceChildren(...zones, ...lines);
    const large = h("div", { class: "pl-deliver" }, ...lines.filter((_, at) => first[at]));
    const rest = lines.filter((_, at) => !first[at]);
    const folded = h("details", {}, h("summary", {}, view.others), ...rest);
    list.replaceChildren(large, folded);
  }

  model.on("msg:custom", (message, buffers) => {
    const [bytes] = buffers;
    if (message.save && bytes) save(message.save, bytes);
    if (message.preview) seen.show(message.preview, buffers);
    if (message.said !== undefined) note.textContent = message.said;
  });
  follow(place, draw);
}

export default part(build);
