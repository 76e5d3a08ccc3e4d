// embed.js: how the clock gets into the composition. A page of our own origin is fetched and shown with the preview script first in
// its head; any other page brings the script itself, which is this very file: in an iframe of a player it is the driver.

import { PREVIEW_FILES } from "virtual:helios-preview";

/** @typedef {import("../preview/frame.js").Source} Source */

const FETCH_MS = 20_000;

/** @param {string} parent a JavaScript expression: the origin that may give orders */
const script = (parent) => `(() => {\n"use strict";\nconst HELIOS_STUDIO = ${parent};\nconst HELIOS_FILMS = null;\n${PREVIEW_FILES}\n})();`;

/** Whether this file was loaded by a composition inside a player. */
export function isComposition() {
  return window.parent !== window && window.name.startsWith("helios-preview:");
}

/** Becomes the driver of the page that has loaded this file. */
export function becomeDriver() {
  const around = location.ancestorOrigins?.[0] ?? new URL(document.referrer).origin;
  (0, eval)(script(JSON.stringify(around)));
}

/** Where a script can stand so that it comes first: behind doctype, comments, `<html>` and `<head>`. @param {string} html */
function headOf(html) {
  const before = /^\uFEFF?(?:\s*<!--[\s\S]*?-->|\s*<!doctype[^>]*>|\s*<html(?:\s[^>]*)?>|\s*<head(?:\s[^>]*)?>)*/i.exec(html);
  return before ? before[0].length : 0;
}

/**
 * What the addresses in a page are relative to: its own first `<base>`, which must not come behind one of ours, or else its address, not
 * that of the page around it.
 * @param {string} html @param {string} url
 */
function baseOf(html, url) {
  const said = new DOMParser().parseFromString(html, "text/html").querySelector("base[href]")?.getAttribute("href") ?? "";
  return URL.canParse(said, url) ? new URL(said, url).href : url;
}

/**
 * @param {string} src @param {string | null} how `page`: it has the script itself
 * @returns {Promise<Source>}
 */
export async function sourceOf(src, how) {
  const url = new URL(src, document.baseURI);
  if (!/^https?:$/.test(url.protocol)) throw new Error(`helios-player: src must be an http(s) address, not ${url.protocol}`);
  if (how === "page" || url.origin !== location.origin) return { url: url.href, origin: url.origin };
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!answer.ok) throw new Error(`helios-player: ${url.href} answers HTTP ${answer.status}`);
  const html = await answer.text();
  const at = headOf(html);
  const base = `<base href="${baseOf(html, answer.url || url.href).replaceAll("&", "&amp;").replaceAll('"', "&quot;")}">`;
  const own = script(JSON.stringify(location.origin)).replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  return { url: url.href, origin: location.origin, html: `${html.slice(0, at)}<script>${own}</script>${base}${html.slice(at)}` };
}
