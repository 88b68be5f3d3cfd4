// The root: which app of a document a part belongs to, and what is that app's own there - who is
// told, the names of its elements, the keyboard. A notebook may show several apps.
// @ts-check

/**
 * An app of the document; it holds its seat as long as one of its parts is there, shown or not.
 * @typedef {{ root: Element, parts: number }} App
 *
 * What happens in an app: something is being handled (or not any more), was answered, was not.
 * @typedef {"busy" | "answered" | "lost"} News
 */

const ROOT = ".planner";
const SHARED = Symbol.for("planner.apps");

/**
 * Each part is a module of its own, so what all of them know hangs on the window: the apps by
 * seat, and the root that somebody used last.
 * @returns {{ seats: App[], used: Element | null }}
 */
function shared() {
  const holder = /** @type {any} */ (globalThis);
  holder[SHARED] ??= { seats: [], used: null };
  return holder[SHARED];
}

/**
 * Find the root an element is in; none while the element is not put into one.
 * @param {Element} element
 * @returns {HTMLElement | null}
 */
export function rootOf(element) {
  return element.closest(ROOT);
}

/**
 * Wait until something can be found below a node, looking again whenever anything changes there.
 * @template Found
 * @param {Node} node
 * @param {() => Found | null} find
 * @param {(found: Found) => void} then
 * @param {AbortSignal} signal
 */
export function until(node, find, then, signal) {
  const watch = new MutationObserver(look);
  function look() {
    const found = find();
    if (found === null) return;
    watch.disconnect();
    then(found);
  }
  // Widgets get their classes after they are put into the page.
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] };
  watch.observe(node, changes);
  signal.addEventListener("abort", () => watch.disconnect());
  look();
}

/**
 * Take a seat for a part's app, and give it up with its last part.
 * @param {Element} root
 * @param {AbortSignal} signal
 */
export function join(root, signal) {
  // In the document's order, whichever of them comes first.
  for (const each of document.querySelectorAll(ROOT)) seated(each);
  const app = seated(root);
  app.parts += 1;
  signal.addEventListener("abort", () => {
    app.parts -= 1;
  });
}

/**
 * @param {Element} root
 * @returns {App}
 */
function seated(root) {
  const { seats } = shared();
  const here = seats.find((app) => app.root === root);
  if (here) return here;
  const free = seats.findIndex((app) => app.parts === 0 && !app.root.isConnected);
  const app = { root, parts: 0 };
  seats[free < 0 ? seats.length : free] = app;
  return app;
}

/**
 * Return an app's number in the document, 1 for the first.
 * @param {Element} root
 */
export function seat(root) {
  return shared().seats.indexOf(seated(root)) + 1;
}

/**
 * Return a name that no other app of the document uses.
 * @param {Element} root
 * @param {string} name
 */
export function named(root, name) {
  const number = seat(root);
  return number === 1 ? name : `${name}-${number}`;
}

/**
 * Tell everybody in an app.
 * @param {EventTarget} root
 * @param {News} news
 * @param {boolean} [detail]
 */
export function tell(root, news, detail) {
  root.dispatchEvent(new CustomEvent(`planner-${news}`, { detail }));
}

/**
 * Hear what is told in an app.
 * @param {EventTarget} root
 * @param {News} news
 * @param {(detail: boolean) => void} heard
 * @param {AbortSignal} signal
 */
export function hear(root, news, heard, signal) {
  const listener = (/** @type {Event} */ event) => {
    heard(/** @type {CustomEvent<boolean>} */ (event).detail);
  };
  root.addEventListener(`planner-${news}`, listener, { signal });
}

/**
 * Remember that an app is used whenever somebody points at it or goes into it.
 * @param {Element} root
 * @param {AbortSignal} signal
 */
export function watchUse(root, signal) {
  for (const name of ["pointerenter", "pointerdown", "focusin"]) {
    root.addEventListener(
      name,
      () => {
        shared().used = root;
      },
      { signal },
    );
  }
}

/**
 * Return the root of the app that a key is meant for. In a notebook that is the one the focus is
 * in; a page of Voilà is ours altogether: there it is otherwise the one used last.
 * @param {EventTarget | null} target
 * @returns {Element | null}
 */
export function addressed(target) {
  const within = target instanceof Element ? target.closest(ROOT) : null;
  if (within || !document.body.dataset.voila) return within;
  const { used } = shared();
  return used?.isConnected ? used : document.querySelector(ROOT);
}
