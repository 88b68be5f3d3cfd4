// Two apps in one document: who is told, who is named what, whose key it is, what is kept.
// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import bar from "../../planner/apps/page/static/bar.js";
import lights from "../../planner/apps/page/static/lights.js";
import { hear, named, seat } from "../../planner/apps/page/static/root.js";
import { happen, newDocument, newRoot, press, putAllAway, settled, shown } from "./document.js";
import { Kernel } from "./kernel.js";

const STEP = { text: "撤销", hint: "", on: true };
const FACE = {
  lang: "zh",
  title: "规划",
  cluster: "示例",
  pagesLabel: "页面",
  pages: [
    { id: "start", text: "开始", on: true, off: false },
    { id: "goals", text: "目标", on: false, off: false },
  ],
  scenarioLabel: "方案",
  scenarios: [{ id: "稳健", on: true }],
  undo: STEP,
  redo: STEP,
  languageLabel: "语言",
  saved: { state: "saved", text: "已保存" },
  key: "",
  elsewhere: null,
  notices: [],
  noticesLabel: "提示",
  close: "关闭",
  lost: "连接中断",
  busy: "…",
  tour: { button: "", next: "", back: "", close: "", stops: [] },
};
const DETAIL = {
  id: "f",
  title: "碳",
  lines: [],
  findings: [],
  findingsLabel: "",
  readingLabel: "读法",
  readings: [
    { id: "total", text: "总量", on: true },
    { id: "intensity", text: "强度", on: false },
  ],
  benchmark: "co2_decline",
  figuresLabel: "对照",
  figures: [
    { id: "全国 2025", text: "3 %", on: true },
    { id: "新疆 2025", text: "4 %", on: false },
  ],
  relax: { button: "放宽", label: "理由" },
  entries: [],
  help: "",
};
const LIGHTS = {
  label: "规则",
  items: [{ id: "f", sign: "f", state: "met", word: "", figures: "", open: true, hint: "" }],
  detail: DETAIL,
  close: "关闭",
  summary: null,
  empty: "",
};

/**
 * Show an app's bar, and answer its greeting.
 * @param {object} [more]
 */
function app(more = {}) {
  const { kernel, root, putAway } = shown(bar, { ...FACE, ...more });
  kernel.answer();
  kernel.sent.length = 0;
  return { kernel, root, putAway };
}

/** @param {string} value */
function voila(value = "voila") {
  document.body.dataset.voila = value;
}

beforeEach(newDocument);
afterEach(putAllAway);

describe("a part", () => {
  it("begins when its element is put into an app, which comes later than it is asked for", async () => {
    const kernel = new Kernel();
    const el = document.createElement("div");
    const box = document.createElement("div");
    box.append(el);
    kernel.show(FACE);
    const putAway = bar.render({ model: kernel.model, el });
    assert.deepEqual(kernel.sent, []);
    document.body.append(box);
    await settled();
    assert.deepEqual(kernel.sent, []);
    box.classList.add("planner");
    await settled();
    assert.deepEqual(kernel.verbs, ["hello"]);
    assert.ok(el.querySelector(".pl-bar"));
    putAway();
  });

  it("never begins once it is put away", async () => {
    const kernel = new Kernel();
    const el = document.createElement("div");
    kernel.show(FACE);
    bar.render({ model: kernel.model, el })();
    newRoot().append(el);
    await settled();
    assert.deepEqual(kernel.sent, []);
    assert.equal(el.childElementCount, 0);
  });

  it("draws what changes meanwhile when that is answered, at once where nothing is asked", () => {
    const { kernel, root } = app();
    const other = shown(bar, FACE, root);
    other.kernel.answer();
    const title = () => other.el.querySelector("h1")?.textContent;
    press(root, "z", { ctrlKey: true });
    other.kernel.show({ ...FACE, title: "新" });
    assert.equal(title(), "规划");
    kernel.answer();
    assert.equal(title(), "新");
    other.kernel.show({ ...FACE, title: "再" });
    assert.equal(title(), "再");
  });
});

describe("what one app is told", () => {
  it("does not show in the other", () => {
    const [one, two] = [app(), app()];
    /** @param {HTMLElement} root */
    const busy = (root) => root.querySelector(".pl-busy")?.classList.contains("pl-on");
    press(one.root, "z", { ctrlKey: true });
    assert.deepEqual([busy(one.root), busy(two.root)], [true, false]);
    one.kernel.answer();
    assert.deepEqual([busy(one.root), busy(two.root)], [false, false]);
  });

  it("is not heard by a part that is put away", () => {
    const { kernel, root, putAway } = app();
    let told = 0;
    hear(root, "busy", () => (told += 1), new AbortController().signal);
    putAway();
    press(root, "z", { ctrlKey: true });
    happen(root, "click");
    assert.deepEqual([kernel.sent.length, told], [0, 0]);
  });

  it("follows plain widgets of its own only", () => {
    const [one, two] = [app(), app()];
    const button = document.createElement("button");
    button.className = "jupyter-button";
    two.root.append(button);
    button.click();
    assert.deepEqual(one.kernel.verbs, []);
    assert.deepEqual(two.kernel.verbs, ["ping"]);
  });
});

describe("undo and redo by key", () => {
  it("are of the app that the focus is in", () => {
    const [one, two] = [app(), app()];
    assert.ok(press(two.root, "z", { ctrlKey: true }));
    two.kernel.answer();
    assert.ok(press(two.root, "y", { metaKey: true }));
    two.kernel.answer();
    assert.ok(press(two.root, "Z", { ctrlKey: true, shiftKey: true }));
    assert.deepEqual(one.kernel.verbs, []);
    assert.deepEqual(two.kernel.verbs, ["undo", "redo", "redo"]);
  });

  it("are nobody's elsewhere in a notebook", () => {
    const { kernel } = app();
    assert.ok(!press(document.body, "z", { ctrlKey: true }));
    assert.deepEqual(kernel.verbs, []);
  });

  it("come from anywhere where the page is ours, to the only app", () => {
    voila();
    const { kernel } = app();
    assert.ok(press(document.body, "z", { ctrlKey: true }));
    assert.deepEqual(kernel.verbs, ["undo"]);
  });

  it("go to the app used last, of several on a page that is ours", () => {
    voila();
    const [one, two] = [app(), app()];
    for (const [used, name] of /** @type {[typeof one, string][]} */ ([
      [two, "pointerdown"],
      [one, "focusin"],
      [two, "pointerenter"],
    ])) {
      happen(used.root, name);
      press(document.body, "z", { ctrlKey: true });
      assert.equal(used.kernel.verbs.at(-1), "undo", name);
      used.kernel.answer();
    }
    assert.deepEqual([one.kernel.sent.length, two.kernel.sent.length], [1, 2]);
  });

  it("go to the first app as long as none was used, and to one that is still there", () => {
    voila();
    const [one, two] = [app(), app()];
    press(document.body, "z", { ctrlKey: true });
    one.kernel.answer();
    happen(two.root, "pointerdown");
    two.putAway();
    two.root.remove();
    press(document.body, "z", { ctrlKey: true });
    assert.deepEqual(one.kernel.verbs, ["undo", "undo"]);
    assert.deepEqual(two.kernel.verbs, []);
  });

  it("are the browser's where somebody is typing, unless the number was sent", () => {
    const { kernel, root } = app();
    const box = document.createElement("input");
    box.type = "text";
    root.append(box);
    assert.ok(!press(box, "z", { ctrlKey: true }));
    box.className = "pl-box";
    box.value = "260";
    assert.ok(!press(box, "z", { ctrlKey: true }));
    box.dataset.sent = "260";
    assert.ok(press(box, "z", { ctrlKey: true }));
    assert.deepEqual(kernel.verbs, ["undo"]);
  });

  it("take no other key", () => {
    const { kernel, root } = app();
    press(root, "z");
    press(root, "z", { ctrlKey: true, altKey: true });
    press(root, "x", { ctrlKey: true });
    assert.deepEqual(kernel.verbs, []);
  });
});

describe("names of elements", () => {
  it("are an app's own, and labels are for its controls", () => {
    const apps = [app(), app(), app()];
    for (const { root } of apps) shown(lights, LIGHTS, root);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    assert.equal(ids.length, 6);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.includes("pl-scenario")); // a single app's are as they are called
    const labels = [...document.querySelectorAll("label")];
    assert.equal(labels.length, 6 * apps.length);
    for (const label of labels) {
      assert.equal(label.control?.closest(".planner"), label.closest(".planner"));
    }
  });

  it("let each app have its choice among readings and figures", () => {
    const apps = [app(), app()];
    for (const { root } of apps) shown(lights, LIGHTS, root);
    /** @type {NodeListOf<HTMLInputElement>} */
    const radios = document.querySelectorAll("input[type=radio]");
    radios[1]?.click();
    const chosen = [...radios].map((radio) => radio.checked);
    const [untouched, figures] = [
      [true, false],
      [true, false],
    ];
    assert.deepEqual(chosen, [false, true, ...figures, ...untouched, ...figures]);
  });
});

describe("seats", () => {
  it("are in the order of the document, whichever app begins first", () => {
    const [first, second] = [newRoot(), newRoot()];
    shown(bar, FACE, second);
    shown(bar, FACE, first);
    assert.deepEqual([seat(first), seat(second)], [1, 2]);
    assert.deepEqual([named(first, "a"), named(second, "a")], ["a", "a-2"]);
  });

  it("are kept while an app is out of the document, and free when it is put away", () => {
    const [one, two] = [app(), app()];
    one.root.remove(); // as JupyterLab does with what is scrolled away
    const three = app();
    assert.deepEqual(
      [one, two, three].map(({ root }) => seat(root)),
      [1, 2, 3],
    );
    one.putAway();
    const four = app();
    assert.deepEqual(
      [four, two, three].map(({ root }) => seat(root)),
      [1, 2, 3],
    );
  });

  it("are free again where an app never began", () => {
    newRoot().remove();
    const gone = newRoot();
    const { root } = app();
    assert.deepEqual([seat(gone), seat(root)], [1, 2]);
    gone.remove();
    assert.equal(seat(app().root), 1);
  });
});

describe("what a browser keeps", () => {
  it("is kept for each app on its own", () => {
    localStorage.setItem("planner.study", "旧");
    localStorage.setItem("planner.lang", "en");
    const one = shown(bar, FACE);
    const two = shown(bar, FACE);
    const asked = [one, two].map(({ kernel }) => [kernel.last.facts.study, kernel.last.facts.lang]);
    assert.deepEqual(asked, [
      ["旧", "en"],
      ["", ""],
    ]);
    two.kernel.answer();
    two.kernel.show({ ...FACE, key: "新" });
    assert.equal(localStorage.getItem("planner.study"), "旧");
    assert.equal(localStorage.getItem("planner.study-2"), "新");
  });
});

describe("the page around the apps", () => {
  it("is called as the first app is, and each app says its language", () => {
    voila();
    const one = app();
    const two = app({ lang: "en", title: "Plan" });
    assert.deepEqual([document.title, document.documentElement.lang], ["规划", "zh-CN"]);
    assert.deepEqual([one.root.lang, two.root.lang], ["zh-CN", "en"]);
  });

  it("is left alone in a notebook", () => {
    const { root } = app();
    assert.deepEqual([document.title, document.documentElement.lang], ["", ""]);
    assert.equal(root.lang, "zh-CN");
  });

  it("has one main part, and the keyboard comes to that of every app", async () => {
    voila();
    const roots = [app().root, app().root];
    for (const root of roots) {
      const main = document.createElement("div");
      main.className = "pl-main";
      root.append(main);
    }
    await settled();
    const mains = [...document.querySelectorAll(".pl-main")];
    assert.deepEqual(
      mains.map((main) => main.getAttribute("tabindex")),
      ["0", "0"],
    );
    assert.deepEqual(
      mains.map((main) => main.getAttribute("role")),
      ["main", null],
    );
  });
});
