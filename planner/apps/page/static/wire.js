// The wire: what somebody did goes to the kernel one thing at a time, in order.
// While one is being handled, later movements of the same slider replace each other, so stale
// ones are dropped and the last one always arrives.
const SILENCE = 15000; // ms without an answer after which the connection counts as lost

function wire(model) {
  const waiting = [];
  let number = 0;
  let flying = false;
  let alarm = 0;

  function next() {
    clearTimeout(alarm);
    flying = waiting.length > 0;
    document.dispatchEvent(new CustomEvent("planner-busy", { detail: flying }));
    if (!flying) return;
    const { verb, facts, buffers } = waiting.shift();
    number += 1;
    model.send({ number, verb, facts }, undefined, buffers);
    alarm = setTimeout(() => document.dispatchEvent(new CustomEvent("planner-lost")), SILENCE);
  }

  model.on("msg:custom", (message) => {
    if (message.done !== number) return;
    next();
    document.dispatchEvent(new CustomEvent("planner-answered"));
  });

  return function act(verb, facts = {}, key = "", buffers = []) {
    const same = key ? waiting.findIndex((item) => item.key === key) : -1;
    if (same >= 0) waiting[same].facts = facts;
    else waiting.push({ verb, facts, key, buffers });
    if (!flying) next();
  };
}

// A small way to write elements: h("td", {class: "x"}, "text", other)
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SIGNS = { met: "✓", unmet: "✗", unknown: "?", free: "–", relaxed: "△", must_fix: "✗", needs_reason: "?", info: "i" };

function findingList(findings, heading) {
  const list = h("ul", { class: "pl-findings", "aria-label": heading });
  for (const finding of findings) {
    const ways = finding.ways.map((way) => h("div", { class: "pl-way" }, `→ ${way}`));
    list.append(
      h("li", { class: `pl-${finding.level}` },
        h("strong", {}, `${SIGNS[finding.level]} ${finding.word}`), " ",
        finding.place ? h("span", { class: "pl-place" }, `${finding.place}  `) : null,
        finding.text, ...ways),
    );
  }
  return list;
}

// Draw a face now and whenever it changes; JupyterLab leaves keys pressed here to the page.
// What changes while something is being handled is drawn when that is answered, so that all
// parts of the page change in one frame.
const faces = new WeakMap();
const shown = (model) => faces.get(model);

// Returns what ends it: a part that is put away listens to nothing any more.
function faced(model, el, draw, hears = {}) {
  const gone = new AbortController();
  const listen = (name, heard) => document.addEventListener(name, heard, { signal: gone.signal });
  let handling = false;
  let stale = false;
  const update = () => {
    stale = false;
    faces.set(model, JSON.parse(model.get("face")));
    draw(shown(model));
  };
  el.classList.add("pl-part");
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, heard] of Object.entries(hears)) listen(name, heard);
  listen("planner-busy", (event) => { handling = event.detail; });
  listen("planner-answered", () => { if (stale) update(); });
  model.on("change:face", () => { stale = true; if (!handling) update(); });
  update();
  return () => gone.abort();
}
