// The bar: where one is, undo and redo, whether it is saved, the language, and what was said.
function remembered(name) {
  try { return localStorage.getItem(`planner.${name}`) || ""; } catch { return ""; }
}

function remember(name, value) {
  try { if (value) localStorage.setItem(`planner.${name}`, value); } catch { /* private windows keep nothing */ }
}

// What scrolls under the bar is drawn after it; the keyboard has to get there too.
function landmark() {
  const main = document.querySelector(".pl-main");
  if (!main) { requestAnimationFrame(landmark); return; }
  main.setAttribute("tabindex", "0");
  if (document.body.dataset.voila) main.setAttribute("role", "main");
}

function render({ model, el }) {
  const act = wire(model);
  let greeted = false;
  const lost = h("div", { class: "pl-lost", role: "alert", hidden: true });
  const busy = h("span", { class: "pl-busy", "aria-hidden": "true" });
  const head = h("div", { class: "pl-top" });
  const pages = h("nav", { class: "pl-pages" });
  const elsewhere = h("div", { class: "pl-elsewhere", role: "alert", hidden: true });
  const notices = h("div", { class: "pl-notices", role: "alert", hidden: true });
  const title = h("h1", {});
  const cluster = h("span", { class: "pl-cluster" });
  const scenarioLabel = h("label", { for: "pl-scenario" });
  const scenario = h("select", { id: "pl-scenario", onchange: () => act("switch", { name: scenario.value }) });
  const undo = h("button", { type: "button", onclick: () => act("undo") });
  const redo = h("button", { type: "button", onclick: () => act("redo") });
  const saved = h("span", { class: "pl-saved", role: "status" });
  const language = h("div", { class: "pl-language", role: "group" });
  const zh = h("button", { type: "button", lang: "zh", onclick: () => act("look", { lang: "zh" }) }, "中文");
  const en = h("button", { type: "button", lang: "en", onclick: () => act("look", { lang: "en" }) }, "English");
  language.append(zh, en);
  head.append(title, cluster, scenarioLabel, scenario, undo, redo, saved, busy, language);
  el.append(h("header", { class: "pl-bar" }, head, pages), lost, elsewhere, notices);

  const end = faced(model, el, (face) => {
    title.textContent = face.title;
    cluster.textContent = face.cluster;
    scenarioLabel.textContent = face.scenarioLabel;
    scenario.replaceChildren(...face.scenarios.map((item) => h("option", { value: item.id, selected: item.on }, item.id)));
    scenario.hidden = scenarioLabel.hidden = face.scenarios.length === 0;
    for (const [button, state, sign] of [[undo, face.undo, "↶"], [redo, face.redo, "↷"]]) {
      button.textContent = `${sign} ${state.text}`;
      button.title = state.hint;
      button.disabled = !state.on;
    }
    saved.textContent = face.saved.text;
    saved.dataset.state = face.saved.state;
    language.setAttribute("aria-label", face.languageLabel);
    zh.setAttribute("aria-pressed", String(face.lang === "zh"));
    en.setAttribute("aria-pressed", String(face.lang === "en"));
    pages.setAttribute("aria-label", face.pagesLabel);
    if (pages.childElementCount !== face.pages.length) {
      pages.replaceChildren(...face.pages.map((page) =>
        h("button", { type: "button", "data-page": page.id, onclick: () => act("look", { page: page.id }) })));
    }
    face.pages.forEach((page, index) => {
      const button = pages.children[index];
      button.textContent = page.text;
      button.disabled = page.off;
      if (page.on) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    });
    elsewhere.hidden = !face.elsewhere;
    if (face.elsewhere) {
      elsewhere.replaceChildren(
        h("span", {}, face.elsewhere.text), " ",
        h("button", { type: "button", onclick: () => act("take_theirs") }, face.elsewhere.theirs), " ",
        h("button", { type: "button", onclick: () => act("keep_mine") }, face.elsewhere.mine));
    }
    notices.hidden = face.notices.length === 0;
    notices.replaceChildren(findingList(face.notices, face.noticesLabel),
      h("button", { type: "button", class: "pl-close", "aria-label": face.close, onclick: () => act("dismiss") }, "×"));
    lost.textContent = face.lost;
    busy.textContent = face.busy;
    remember("study", face.key);
    if (greeted) remember("lang", face.lang);
    // The page is ours in Voilà; in a notebook it is not.
    if (document.body.dataset.voila) {
      document.documentElement.lang = face.lang === "zh" ? "zh-CN" : "en";
      document.title = face.title;
    }
  });

  landmark();
  const onLost = () => { lost.hidden = false; };
  const onAnswer = () => { lost.hidden = true; }; // it was only slow
  const onBusy = (event) => { busy.classList.toggle("pl-on", event.detail); };
  const onKey = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const typing = event.target.closest("input[type=text], textarea");
    const sent = typing?.classList.contains("pl-box") && typing.value === typing.dataset.sent;
    if ((typing && !sent) || !event.target.closest(".planner, body[data-voila]")) return;
    const key = event.key.toLowerCase();
    const verb = key === "z" && !event.shiftKey ? "undo" : key === "y" || (key === "z" && event.shiftKey) ? "redo" : "";
    if (!verb) return;
    event.preventDefault();
    event.stopPropagation();
    act(verb);
  };
  // Plain widgets send for themselves; what is asked after them is answered after them.
  const onPlain = (event) => {
    if (event.target.closest(".planner .jupyter-button, .planner .widget-dropdown, .planner .widget-text")) act("ping", {}, "ping");
  };
  document.addEventListener("click", onPlain);
  document.addEventListener("change", onPlain);
  document.addEventListener("planner-lost", onLost);
  document.addEventListener("planner-answered", onAnswer);
  document.addEventListener("planner-busy", onBusy);
  document.addEventListener("keydown", onKey, true);
  const day = new Date();
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  act("hello", { study: remembered("study"), date, lang: remembered("lang") });
  greeted = true;
  return () => {
    end();
    document.removeEventListener("click", onPlain);
    document.removeEventListener("change", onPlain);
    document.removeEventListener("planner-lost", onLost);
    document.removeEventListener("planner-answered", onAnswer);
    document.removeEventListener("planner-busy", onBusy);
    document.removeEventListener("keydown", onKey, true);
  };
}

export default { render };
