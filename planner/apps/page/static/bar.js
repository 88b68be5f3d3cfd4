// The bar: where one is, undo and redo, whether it is saved, the language, and what was said.
// @ts-check
import { h } from "./dom.js";
import { findingList } from "./findings.js";
import { undoByKey } from "./keys.js";
import { remember, remembered } from "./memory.js";
import { follow, part } from "./part.js";
import { hear, named, seat, tell, until } from "./root.js";
import { tour } from "./tour.js";

/** @import { Told } from "./findings.js" */
/** @import { Place } from "./part.js" */
/** @import { TourView } from "./tour.js" */
/** @import { Act } from "./wire.js" */

/**
 * @typedef {{ text: string, hint: string, on: boolean }} Step
 * @typedef {{ id: string, text: string, on: boolean, off: boolean }} PageLink
 *
 * @typedef {object} BarView
 * @property {"zh" | "en"} lang
 * @property {string} title
 * @property {string} cluster
 * @property {string} pagesLabel
 * @property {PageLink[]} pages
 * @property {string} scenarioLabel
 * @property {{ id: string, on: boolean }[]} scenarios
 * @property {Step} undo
 * @property {Step} redo
 * @property {string} languageLabel
 * @property {{ state: string, text: string }} saved
 * @property {string} key
 * @property {{ text: string, theirs: string, mine: string } | null} elsewhere
 * @property {Told[]} notices
 * @property {string} noticesLabel
 * @property {string} close
 * @property {string} lost
 * @property {string} busy
 * @property {TourView} tour
 */

const PATIENCE = 2_000; // ms without an answer before the server is asked for
// Plain widgets send for themselves; what is asked after them is answered after them.
const PLAIN = ".jupyter-button, .widget-dropdown, .widget-text";

/**
 * The scenarios to choose from.
 * @param {Place} place
 */
function scenarioMenu({ root, act }) {
  const id = named(root, "pl-scenario");
  const label = h("label", { for: id });
  const menu = h("select", { id, onchange: () => act("switch", { name: menu.value }) });

  /** @param {BarView} view */
  function show(view) {
    const options = view.scenarios.map((item) =>
      h("option", { value: item.id, selected: item.on }, item.id),
    );
    label.textContent = view.scenarioLabel;
    menu.replaceChildren(...options);
    menu.hidden = label.hidden = options.length === 0;
  }

  return { elements: [label, menu], show };
}

/**
 * A button for undo or redo.
 * @param {Act} act
 * @param {"undo" | "redo"} verb
 * @param {string} sign
 */
function stepButton(act, verb, sign) {
  const button = h("button", { type: "button", onclick: () => act(verb) });

  /** @param {BarView} view */
  function show(view) {
    const step = view[verb];
    button.textContent = `${sign} ${step.text}`;
    button.title = step.hint;
    button.disabled = !step.on;
  }

  return { button, show };
}

/**
 * The languages to choose from.
 * @param {Act} act
 */
function languageButtons(act) {
  const buttons = Object.entries({ zh: "中文", en: "English" }).map(([lang, text]) =>
    h("button", { type: "button", lang, onclick: () => act("look", { lang }) }, text),
  );
  const box = h("div", { class: "pl-language", role: "group" }, ...buttons);

  /** @param {BarView} view */
  function show(view) {
    box.setAttribute("aria-label", view.languageLabel);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.lang === view.lang));
    }
  }

  return { box, show };
}

/**
 * The pages to turn to.
 * @param {Act} act
 */
function pageLinks(act) {
  const box = h("nav", { class: "pl-pages" });
  /** @type {HTMLButtonElement[]} */
  let buttons = [];

  /** @param {PageLink} page */
  function link({ id }) {
    const turn = () => act("look", { page: id });
    return h("button", { type: "button", "data-page": id, onclick: turn });
  }

  /** @param {BarView} view */
  function show(view) {
    box.setAttribute("aria-label", view.pagesLabel);
    if (buttons.length !== view.pages.length) {
      buttons = view.pages.map(link);
      box.replaceChildren(...buttons);
    }
    buttons.forEach((button, index) => {
      const page = view.pages[index];
      if (!page) return;
      button.textContent = page.text;
      button.disabled = page.off;
      if (page.on) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    });
  }

  return { box, show };
}

/**
 * What was said, and that the same was changed elsewhere.
 * @param {Act} act
 */
function alerts(act) {
  const elsewhere = h("div", { class: "pl-elsewhere", role: "alert", hidden: true });
  const notices = h("div", { class: "pl-notices", role: "alert", hidden: true });

  /**
   * @param {string} text
   * @param {string} verb
   */
  function choice(text, verb) {
    return h("button", { type: "button", onclick: () => act(verb) }, text);
  }

  /** @param {BarView} view */
  function show(view) {
    const asked = view.elsewhere;
    elsewhere.hidden = !asked;
    if (asked) {
      elsewhere.replaceChildren(
        h("span", {}, asked.text),
        " ",
        choice(asked.theirs, "take_theirs"),
        " ",
        choice(asked.mine, "keep_mine"),
      );
    }
    const close = { type: "button", class: "pl-close", "aria-label": view.close };
    notices.hidden = view.notices.length === 0;
    notices.replaceChildren(
      findingList(view.notices, view.noticesLabel, act),
      h("button", { ...close, onclick: () => act("heard") }, "×"),
    );
  }

  return { elements: [elsewhere, notices], show };
}

/**
 * Whether the page is the app's own: the first one's in Voilà, never in a notebook.
 * @param {Element} root
 */
function ownsPage(root) {
  return Boolean(document.body.dataset.voila) && seat(root) === 1;
}

/**
 * What scrolls under the bar is drawn after it; the keyboard has to get there too.
 * @param {Element} root
 * @param {AbortSignal} signal
 */
function landmark(root, signal) {
  /** @param {Element} main */
  function mark(main) {
    main.setAttribute("tabindex", "0");
    if (ownsPage(root)) main.setAttribute("role", "main");
  }
  until(root, () => root.querySelector(".pl-main"), mark, signal);
}

/**
 * Where an answer takes long in a page of its own, ask whether the server is still there at all.
 * @param {Element} root
 * @param {AbortSignal} signal
 */
function watchServer(root, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  async function ask() {
    try {
      await fetch(`${location.origin}/voila/static/`, { cache: "no-store" });
    } catch {
      tell(root, "lost");
    }
  }
  /** @param {boolean} now */
  function busy(now) {
    clearTimeout(asking);
    if (now && document.body.dataset.voila) asking = setTimeout(ask, PATIENCE);
  }
  hear(root, "busy", busy, signal);
  signal.addEventListener("abort", () => clearTimeout(asking));
}

function today() {
  const day = new Date();
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return parts.map((number) => String(number).padStart(2, "0")).join("-");
}

/** @param {Place} place */
function build(place) {
  const { el, root, act, signal } = place;
  const lost = h("div", { class: "pl-lost", role: "alert", hidden: true });
  const busy = h("span", { class: "pl-busy", "aria-hidden": "true" });
  const title = h("h1");
  const cluster = h("span", { class: "pl-cluster" });
  const saved = h("span", { class: "pl-saved", role: "status" });
  const scenarios = scenarioMenu(place);
  const undo = stepButton(act, "undo", "↶");
  const redo = stepButton(act, "redo", "↷");
  const language = languageButtons(act);
  const pages = pageLinks(act);
  const said = alerts(act);
  const shown = tour(root, act);
  const head = h(
    "div",
    { class: "pl-top" },
    title,
    cluster,
    ...scenarios.elements,
    undo.button,
    redo.button,
    saved,
    busy,
    shown.button,
    language.box,
  );
  el.append(h("header", { class: "pl-bar" }, head, pages.box), lost, ...said.elements, shown.box);
  let greeted = false;
  let awaited = remembered(root, "study") !== "";

  /** @param {BarView} view */
  function draw(view) {
    title.textContent = view.title;
    // What was worked on is being opened: until then nothing else is said.
    cluster.textContent = awaited && !view.key ? "…" : view.cluster;
    saved.textContent = view.saved.text;
    saved.dataset.state = view.saved.state;
    lost.textContent = view.lost;
    busy.textContent = view.busy;
    for (const piece of [scenarios, undo, redo, language, pages, said]) piece.show(view);
    shown.show(view.tour);
    remember(root, "study", view.key);
    if (greeted) remember(root, "lang", view.lang);
    root.lang = view.lang === "zh" ? "zh-CN" : "en";
    if (ownsPage(root)) {
      document.documentElement.lang = root.lang;
      document.title = view.title;
    }
  }

  /** @param {Event} event */
  function plain({ target }) {
    if (target instanceof Element && target.closest(PLAIN)) act("ping", {}, "ping");
  }

  /** @param {boolean} hidden */
  function hideLost(hidden) {
    lost.hidden = hidden;
  }

  follow(place, draw);
  landmark(root, signal);
  root.addEventListener("click", plain, { signal });
  root.addEventListener("change", plain, { signal });
  hear(root, "lost", () => hideLost(false), signal);
  const answered = () => {
    hideLost(true); // it was only slow
    awaited = false;
  };
  hear(root, "answered", answered, signal);
  hear(root, "busy", (now) => busy.classList.toggle("pl-on", now), signal);
  watchServer(root, signal);
  undoByKey(root, act, signal);
  const study = remembered(root, "study");
  act("hello", { study, date: today(), lang: remembered(root, "lang") });
  greeted = true;
}

export default part(build);
