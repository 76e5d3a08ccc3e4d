// longest.js: how long the page's animations take, for pages that do not say how long they are. Root window only, whose list
// covers all windows.

/** The end of the longest finite animation, seconds. */
function longestAnimation() {
  let longest = 0;
  liveAnimations.forEach((/** @type {any} */ anim) => {
    const s = animationStates.get(anim);
    const effect = N.anim.effect(anim);
    if (!s || !effect || s.rate <= 0) return;
    const end = N.anim.computedTiming(effect).endTime;
    if (!(end < Infinity)) return;
    const at = (s.anchorT - LEAD_MS + (end - s.anchorCur) / s.rate) / 1000;
    if (at > longest) longest = at;
  });
  return longest;
}
if (isRoot) core.api.longestAnimation = longestAnimation;
