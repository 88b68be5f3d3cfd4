// The wire: what somebody did goes to the kernel one thing at a time, in order.
// While one is being handled, later movements of the same slider replace each other, so stale
// ones are dropped and the last one always arrives.
// @ts-check
import { tell } from "./root.js";

/**
 * What anywidget hands a part of its model.
 * @typedef {object} Model
 * @property {(name: "view") => string} get
 * @property {(content: Message, callbacks?: unknown, buffers?: ArrayBuffer[]) => void} send
 * @property {Heard} on
 *
 * @typedef {{ number: string, verb: string, facts: Facts }} Message
 * @typedef {{ title: string, html: string }} Preview
 * @typedef {{ done?: string, save?: string, said?: string, preview?: Preview }} Answer
 * @typedef {Record<string, unknown>} Facts
 * @typedef {{ verb: string, facts: Facts, key: string, buffers: ArrayBuffer[] }} Item
 *
 * @typedef {(name: string, heard: (message: Answer, buffers: DataView[]) => void) => void} Heard
 *
 * Tell the kernel a verb and its facts; of those that wait with the same key only the last goes.
 * @typedef {(verb: string, facts?: Facts, key?: string, buffers?: ArrayBuffer[]) => void} Act
 */

export const SILENCE = 15_000; // ms without an answer after which the connection counts as lost

/**
 * Lay a wire from a part to the kernel; the part's app hears how it goes.
 * @param {Model} model
 * @param {EventTarget} root
 * @param {AbortSignal} signal
 * @returns {Act}
 */
export function wire(model, root, signal) {
  // A model may be shown twice, and shown again: each time answers are to what was asked there.
  const own = Math.random().toString(36).slice(2);
  /** @type {Item[]} */
  const waiting = [];
  let count = 0;
  let flying = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let alarm;

  /** @param {Item} item */
  function send({ verb, facts, buffers }) {
    count += 1;
    const number = `${own}-${count}`;
    model.send({ number, verb, facts }, undefined, buffers);
    return number;
  }

  function next() {
    clearTimeout(alarm);
    const item = waiting.shift();
    tell(root, "busy", item !== undefined);
    flying = item ? send(item) : "";
    if (item) alarm = setTimeout(() => tell(root, "lost"), SILENCE);
  }

  model.on("msg:custom", (message) => {
    if (!flying || message.done !== flying) return;
    next();
    tell(root, "answered");
  });

  // Nobody will hear the answers any more, but what was done is done.
  signal.addEventListener("abort", () => {
    clearTimeout(alarm);
    waiting.splice(0).forEach(send);
    if (!flying) return;
    flying = "";
    tell(root, "busy", false);
    tell(root, "answered");
  });

  return function act(verb, facts = {}, key = "", buffers = []) {
    const item = { verb, facts, key, buffers };
    const same = key ? waiting.findIndex((other) => other.key === key) : -1;
    if (signal.aborted) send(item);
    else if (same >= 0) waiting[same] = item;
    else waiting.push(item);
    if (!flying && !signal.aborted) next();
  };
}
