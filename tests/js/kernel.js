// A model without a kernel: what a part sends is kept, and a test answers.
// @ts-check

/** @import { Answer, Heard, Message, Model } from "../../planner/apps/page/static/wire.js" */

export class Kernel {
  /** @type {Message[]} */
  sent = [];
  /** @type {Parameters<Heard>[1][]} */
  #custom = [];
  /** @type {Parameters<Heard>[1][]} */
  #changed = [];
  #view = "{}";

  /** @type {Model} */
  model = {
    get: () => this.#view,
    send: (message) => {
      this.sent.push(message);
    },
    on: (name, heard) => {
      (name === "msg:custom" ? this.#custom : this.#changed).push(heard);
    },
  };

  /** Every verb sent so far. */
  get verbs() {
    return this.sent.map(({ verb }) => verb);
  }

  /** The last message sent. */
  get last() {
    const message = this.sent.at(-1);
    if (!message) throw new Error("nothing was sent");
    return message;
  }

  /** @param {Answer} answer */
  say(answer) {
    for (const heard of this.#custom) heard(answer, []);
  }

  /** Answer the last message. */
  answer() {
    this.say({ done: this.last.number });
  }

  /** Answer everything, until nothing more is asked. */
  answerAll() {
    for (let before = -1; before !== this.sent.length; ) {
      before = this.sent.length;
      if (before) this.answer();
    }
  }

  /**
   * Show another view.
   * @param {object} view
   */
  show(view) {
    this.#view = JSON.stringify(view);
    for (const heard of this.#changed) heard({}, []);
  }
}
