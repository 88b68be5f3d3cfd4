// Findings: what was found, as a list that several parts show, with what a click can do about it.
// @ts-check
import { h, SIGNS } from "./dom.js";
import { mendButtons } from "./mends.js";

/** @import { Mend } from "./mends.js" */
/** @import { Act } from "./wire.js" */

/**
 * What was found, as it is told.
 * @typedef {object} Told
 * @property {string} level
 * @property {string} word
 * @property {string} place
 * @property {string} text
 * @property {string[]} ways
 * @property {Mend[]} [mends]
 */

/**
 * List what was found, with its ways out.
 * @param {Told[]} findings
 * @param {string} heading
 * @param {Act} [act] where what can be done by a click is offered
 */
export function findingList(findings, heading, act) {
  const items = findings.map((finding) =>
    h(
      "li",
      { class: `pl-${finding.level}` },
      h("strong", {}, `${SIGNS[finding.level]} ${finding.word}`),
      " ",
      finding.place ? h("span", { class: "pl-place" }, `${finding.place}  `) : null,
      finding.text,
      ...finding.ways.map((way) => h("div", { class: "pl-way" }, `→ ${way}`)),
      act ? mendButtons(finding.mends, act, finding.text) : null,
    ),
  );
  return h("ul", { class: "pl-findings", "aria-label": heading }, ...items);
}
