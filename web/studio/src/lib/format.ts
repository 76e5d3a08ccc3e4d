// format.ts: numbers as people read them. Pure.

/** `1:05`, `1:00:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${hours > 0 ? two(Math.floor(whole / 60) % 60) : Math.floor(whole / 60) % 60}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Frames per second of a render: one decimal below 100. */
export const rate = (fps: number): string => (fps >= 100 ? fps.toFixed(0) : fps.toFixed(1));

/** Never 100 % before it is done. */
export function percent(progress: number): string {
  const value = Math.floor(Math.min(1, Math.max(0, progress)) * 1000) / 10;
  return `${value >= 100 ? "100" : value.toFixed(1)} %`;
}

/** Seconds without needless digits. */
export const seconds = (value: number): string => `${Number(value.toFixed(3))} s`;

/** The last part of a path. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What a composition is called where a file is named after it: by its own name, an index page by its folder's. Empty: by nothing. */
export function stemOf(composition: string): string {
  if (composition === ".") return ""; // the project as a whole
  const [, page = composition, own] = /^(.*\.html?)#(.+)$/.exec(composition) ?? [];
  const stem = own ?? fileName(page).replace(/\.(html?|tsx|jsx|vue|svelte)$/, "");
  return stem === "index" ? fileName(page.slice(0, Math.max(0, page.lastIndexOf("/")))) : stem;
}

/** A word for a POSIX shell. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export function ago(ms: number, now: number): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : new Date(ms).toLocaleDateString();
}
