// The wire: order, stale movements, silence, and what is none of its business.
// @ts-check
import assert from "node:assert/strict";
import { beforeEach, describe, it, mock } from "node:test";
import { hear } from "../../planner/apps/page/static/root.js";
import { SILENCE, wire } from "../../planner/apps/page/static/wire.js";
import { Kernel } from "./kernel.js";

/** @import { News } from "../../planner/apps/page/static/root.js" */

/** A wire to a kernel, with what is told in its app. */
function laid(root = new EventTarget()) {
  const kernel = new Kernel();
  const gone = new AbortController();
  const ears = new AbortController();
  /** @type {string[]} */
  const told = [];
  for (const news of /** @type {News[]} */ (["busy", "answered", "lost"])) {
    const heard = (/** @type {boolean} */ detail) => {
      told.push(news === "busy" ? `busy ${detail}` : news);
    };
    hear(root, news, heard, ears.signal);
  }
  return { kernel, told, gone, act: wire(kernel.model, root, gone.signal) };
}

describe("the wire", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  it("sends one thing at a time, in order", () => {
    const { kernel, act } = laid();
    for (const verb of ["first", "second", "third"]) act(verb, { of: verb });
    assert.deepEqual(kernel.verbs, ["first"]);
    kernel.answer();
    assert.deepEqual(kernel.verbs, ["first", "second"]);
    kernel.answer();
    kernel.answer();
    assert.deepEqual(
      kernel.sent.map(({ facts }) => facts),
      [{ of: "first" }, { of: "second" }, { of: "third" }],
    );
  });

  it("drops what is stale of the same key, and the last one always arrives", () => {
    const { kernel, act } = laid();
    for (let value = 1; value <= 200; value += 1) act("tune", { value }, "tune output 2028");
    assert.equal(kernel.sent.length, 1);
    kernel.answer();
    kernel.answer();
    assert.deepEqual(
      kernel.sent.map(({ facts }) => facts.value),
      [1, 200],
    );
  });

  it("keeps the place of what is replaced, and other keys apart", () => {
    const { kernel, act } = laid();
    act("look");
    act("tune", { value: 1 }, "a");
    act("tune", { value: 2 }, "b");
    act("pin");
    act("tune", { value: 3 }, "a");
    for (let answers = 0; answers < 4; answers += 1) kernel.answer();
    assert.deepEqual(
      kernel.sent.map(({ verb, facts }) => [verb, facts.value]),
      [
        ["look", undefined],
        ["tune", 3],
        ["tune", 2],
        ["pin", undefined],
      ],
    );
  });

  it("never replaces what has no key, nor what is on its way", () => {
    const { kernel, act } = laid();
    act("tune", { value: 1 }, "a");
    act("undo");
    act("undo");
    act("tune", { value: 2 }, "a");
    for (let answers = 0; answers < 3; answers += 1) kernel.answer();
    assert.deepEqual(kernel.verbs, ["tune", "undo", "undo", "tune"]);
  });

  it("tells when something is being handled and when it is answered", () => {
    const { kernel, told, act } = laid();
    act("look");
    assert.deepEqual(told, ["busy true"]);
    kernel.answer();
    assert.deepEqual(told, ["busy true", "busy false", "answered"]);
  });

  it("counts a silent kernel as lost, and one that answers late not", () => {
    const { kernel, told, act } = laid();
    act("look");
    mock.timers.tick(SILENCE - 1);
    assert.ok(!told.includes("lost"));
    mock.timers.tick(1);
    assert.equal(told.at(-1), "lost");
    kernel.answer();
    assert.equal(told.at(-1), "answered");
    mock.timers.tick(10 * SILENCE);
    assert.equal(told.filter((news) => news === "lost").length, 1);
  });

  it("gives each thing its own time to be answered", () => {
    const { kernel, told, act } = laid();
    act("look");
    act("pin");
    mock.timers.tick(SILENCE - 1);
    kernel.answer();
    mock.timers.tick(SILENCE - 1);
    assert.ok(!told.includes("lost"));
    mock.timers.tick(1);
    assert.equal(told.at(-1), "lost");
  });

  it("ignores answers to what it did not ask", () => {
    const { kernel, told, act } = laid();
    act("first");
    act("second");
    const { number } = kernel.last;
    for (const done of ["", "1", "2", `${number}0`]) kernel.say({ done });
    kernel.say({ said: "made" });
    assert.deepEqual(kernel.verbs, ["first"]);
    kernel.answer();
    kernel.say({ done: number });
    assert.deepEqual(kernel.verbs, ["first", "second"]);
    assert.deepEqual(told, ["busy true", "busy true", "answered"]);
  });

  it("does not take the answers to another wire of the same model", () => {
    const kernel = new Kernel();
    const { signal } = new AbortController();
    const one = wire(kernel.model, new EventTarget(), signal);
    const two = wire(kernel.model, new EventTarget(), signal);
    one("first");
    two("second");
    one("third");
    kernel.answer();
    assert.deepEqual(kernel.verbs, ["first", "second"]);
    kernel.say({ done: kernel.sent[0]?.number });
    assert.deepEqual(kernel.verbs, ["first", "second", "third"]);
  });

  it("is not heard in another app", () => {
    const here = laid();
    const there = laid();
    here.act("look");
    mock.timers.tick(SILENCE);
    here.kernel.answer();
    assert.deepEqual(here.told, ["busy true", "lost", "busy false", "answered"]);
    assert.deepEqual(there.told, []);
  });

  it("is heard by the other parts of its app", () => {
    const root = new EventTarget();
    const [tuner, grid] = [laid(root), laid(root)];
    tuner.act("tune");
    assert.deepEqual(grid.told, ["busy true"]);
    assert.deepEqual(grid.kernel.sent, []);
  });

  it("still sends what was done when its part is put away, and raises no alarm", () => {
    const { kernel, told, gone, act } = laid();
    act("look");
    act("tune", { value: 1 }, "a");
    act("tune", { value: 2 }, "a");
    gone.abort();
    act("tune", { value: 3 }, "b");
    assert.deepEqual(
      kernel.sent.map(({ facts }) => facts.value),
      [undefined, 2, 3],
    );
    assert.deepEqual(told, ["busy true", "busy false", "answered"]);
    mock.timers.tick(SILENCE);
    assert.ok(!told.includes("lost"));
  });
});
