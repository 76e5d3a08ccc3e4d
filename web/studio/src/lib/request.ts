// request.ts: small rules of a render's settings. Pure.

/** What is wrong with a whole number that was typed; empty when nothing is. */
export function integerProblem(text: string, min: number, max: number): string {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value)) return `a whole number from ${min} to ${max}`;
  return value < min || value > max ? `from ${min} to ${max}` : "";
}

export function positiveProblem(text: string): string {
  const value = Number(text);
  return value > 0 && value <= 16 ? "" : "a number above 0, up to 16";
}

/** Seconds of a length as it is written, such as `5`, `2.5s`, `1m30s`; null for anything else. */
export function parseSeconds(text: string): number | null {
  const written = text.trim();
  const [all, ...parts] = /^(?:([\d.]+)h)?(?:([\d.]+)m)?(?:([\d.]+)s)?(?:([\d.]+)ms)?$/.exec(/\d$/.test(written) ? `${written}s` : written) ?? [];
  const [hours = 0, minutes = 0, seconds = 0, thousandths = 0] = parts.map((part) => Number(part ?? 0));
  const length = hours * 3600 + minutes * 60 + seconds + thousandths / 1000;
  return all && length > 0 ? length : null;
}

interface Rate {
  num: number;
  den: number;
}

/** Where a boundary between frames lies at another rate: at the one that is nearest in time. Exact, however long the video. */
export function boundaryAt(frame: number, from: Rate, to: Rate): number {
  const over = BigInt(Math.round(frame)) * BigInt(from.den) * BigInt(to.num);
  const under = BigInt(from.num) * BigInt(to.den);
  return Number((2n * over + under) / (2n * under));
}

/** The folders that files lie in, `.` for that of the project, and `chosen` if it is one; in order. */
export function folders(files: string[], chosen: string): string[] {
  const found = files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf("/"))) || ".");
  return [...new Set(chosen === "" ? found : [...found, chosen])].sort();
}
