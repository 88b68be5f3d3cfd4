// The modules: anywidget takes a part as one, so what a part is joined of must not name two things
// alike; and each says on top what it is for.
// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const STATIC = new URL("../../planner/apps/page/static/", import.meta.url);
const IMPORT = /^import [^;]+ from "\.\/([a-z]+\.js)";$/gm;
const NAME = /^(?:export )?(?:async )?(?:function|const|let|class) (\w+)/gm;

/** @type {Map<string, string>} */
const modules = new Map(
  readdirSync(STATIC)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name, readFileSync(new URL(name, STATIC), "utf-8")]),
);
const parts = [...modules.keys()].filter((name) => modules.get(name)?.includes("export default"));

/**
 * A module and all it imports.
 * @param {string} name
 * @param {Set<string>} [found]
 */
function joined(name, found = new Set()) {
  found.add(name);
  for (const [, needed = ""] of (modules.get(name) ?? "").matchAll(IMPORT)) {
    if (!found.has(needed)) joined(needed, found);
  }
  return [...found];
}

describe("the modules of the page", () => {
  it("are the parts and what they import, and no more", () => {
    assert.deepEqual(parts, [
      "bar.js",
      "files.js",
      "form.js",
      "grid.js",
      "lights.js",
      "plans.js",
      "rail.js",
      "read.js",
      "scenarios.js",
      "tuner.js",
    ]);
    assert.deepEqual(new Set(parts.flatMap((name) => joined(name))), new Set(modules.keys()));
  });

  it("name nothing twice within a part", () => {
    for (const part of parts) {
      const names = joined(part).flatMap((name) =>
        [...(modules.get(name) ?? "").matchAll(NAME)].map(([, found]) => found),
      );
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      assert.deepEqual(twice, [], part);
    }
  });

  it("import in the one way that can be joined, and nothing from elsewhere", () => {
    for (const [name, text] of modules) {
      const imports = text.match(/^import\b/gm) ?? [];
      assert.equal(imports.length, [...text.matchAll(IMPORT)].length, name);
      assert.doesNotMatch(
        text,
        /\bimport\(["'`]|https?:|\bfetch\((?!`\$\{location\.origin\})/,
        name,
      );
    }
  });

  it("say on top what they are for, and are type-checked", () => {
    for (const [name, text] of modules)
      assert.match(text, /^\/\/ \w.*\n(\/\/ .*\n)*\/\/ @ts-check\n/, name);
  });
});
