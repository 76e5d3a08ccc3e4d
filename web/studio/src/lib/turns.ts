// turns.ts: at most so many at a time; the others wait in line. Pure.

export class Turns {
  #left: number;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#left = most;
  }

  /** Calls `begin` when its turn has come, which may be at once. What is returned ends the turn, or the wait for it. */
  take(begin: () => void): () => void {
    let is: "waiting" | "on" | "over" = "waiting";
    const start = () => {
      is = "on";
      begin();
    };
    if (this.#left > 0) {
      this.#left -= 1;
      start();
    } else this.#waiting.push(start);
    return () => {
      const was = is;
      is = "over";
      if (was === "waiting") this.#waiting = this.#waiting.filter((other) => other !== start);
      if (was !== "on") return;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#left += 1;
    };
  }
}
