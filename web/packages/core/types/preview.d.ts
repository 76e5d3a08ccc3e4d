/** @returns {import("./page.js").Page} */
export function preview(): import("./page.js").Page;
