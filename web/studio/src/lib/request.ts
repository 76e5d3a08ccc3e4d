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

/** The first of `stem`, `stem-2`, `stem-3`… that is free. */
export function freeName(stem: string, isTaken: (name: string) => boolean): string {
  let name = stem;
  for (let n = 2; isTaken(name) && n < 10_000; n += 1) name = `${stem}-${n}`;
  return name;
}

/** The folders that files lie in, `.` for that of the project, and `chosen` if it is one; in order. */
export function folders(files: string[], chosen: string): string[] {
  const found = files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf("/"))) || ".");
  return [...new Set(chosen === "" ? found : [...found, chosen])].sort();
}
