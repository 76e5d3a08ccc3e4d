// style-events.js: the events of CSS animations and transitions, in the order of the document and at one point of a frame.
// It does not say when they are due (animation-state.js).
//
// The browser sends those of different elements by where the elements lie in memory (`CompareAnimations` in Blink's
// animation_timeline.cc), which is another order in every worker, and in whichever real frame comes first. So they are stopped where
// they enter a window or a shadow root, and sent again when a real frame that was waited for has been: transitions before animations,
// then tree order, as the standard has them (https://drafts.csswg.org/css-animations-2/#event-dispatch). Like all that scripts send,
// they are not `isTrusted` then, and never go by their old names: a page that asks for those keeps the browser's order.

const STYLE_EVENTS = ["transitionrun", "transitionstart", "transitionend", "transitioncancel",
  "animationstart", "animationiteration", "animationend", "animationcancel"];

const styleEventTarget = getterOf(Event.prototype, "target");
const styleEventType = getterOf(Event.prototype, "type");
const comparePosition = methodOf(Node.prototype, "compareDocumentPosition");
const rootOf = methodOf(Node.prototype, "getRootNode");

/** @typedef {{ event: any, target: any, realm: HeliosRealm, kind: number, pseudo: string, path: any[] }} HeldEvent */

/** @type {HeldEvent[]} */
let heldEvents = [];

/** From now on somebody listens: Blink makes these events for nobody else. */
function holdStyleEvents() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    holdStyleEventsIn(r, r.win);
    r.shadowRoots.forEach((/** @type {any} */ root) => holdStyleEventsIn(r, root));
  }
}

/** @param {HeliosRealm} r @param {any} target a window or a shadow root: what encloses where these events can be heard */
function holdStyleEventsIn(r, target) {
  const hold = (/** @type {any} */ event) => {
    if (!event.isTrusted || core.listens.prefixed) return;
    stopEvent(event);
    const element = styleEventTarget(event);
    const kind = styleEventType(event)[0] === "t" ? 0 : 1;
    heldEvents[heldEvents.length] = { event, target: element, realm: r, kind, pseudo: event.pseudoElement, path: treePath(element) };
  };
  for (const type of STYLE_EVENTS) N.addEventListener(target, type, hold, true);
}

/** An element, with the hosts of the shadow trees that it is in before it. @param {any} element */
function treePath(element) {
  const path = [element];
  for (let root = rootOf(element); root.host; root = rootOf(root.host)) N.apply(N.unshift, path, [root.host]);
  return path;
}

/** @param {HeldEvent} a @param {HeldEvent} b negative when a comes first */
function compareHeld(a, b) {
  if (a.realm !== b.realm) return windowBefore(a.realm, b.realm) ? -1 : 1;
  if (a.kind !== b.kind) return a.kind - b.kind;
  for (let i = 0; i < a.path.length && i < b.path.length; i++) {
    if (a.path[i] !== b.path[i]) return comparePosition(a.path[i], b.path[i]) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  }
  if (a.path.length !== b.path.length) return a.path.length - b.path.length;
  const ranks = pseudoRank(a.pseudo) - pseudoRank(b.pseudo);
  // Those of one element keep the order in which they came.
  return ranks !== 0 ? ranks : a.pseudo < b.pseudo ? -1 : a.pseudo > b.pseudo ? 1 : 0;
}

/** @param {string} pseudo empty for the element itself */
function pseudoRank(pseudo) {
  const rank = N.apply(N.indexOf, ["", "::marker", "::before"], [pseudo]);
  return rank >= 0 ? rank : pseudo === "::after" ? 4 : 3;
}

/** Sends what was held. */
async function sendHeldEvents() {
  if (heldEvents.length === 0) return;
  const events = heldEvents;
  heldEvents = [];
  N.apply(N.sort, events, [compareHeld]);
  let next = 0;
  await pump(() => {
    if (next === events.length) return false;
    const { event, target } = events[next++];
    stir();
    N.dispatchEvent(target, event);
    return true;
  }, events.length);
}

if (isRoot) {
  core.api.holdStyleEvents = holdStyleEvents;
  core.api.holdStyleEventsIn = holdStyleEventsIn;
} else if (core.listens.css) core.api.holdStyleEventsIn(realm, window);
