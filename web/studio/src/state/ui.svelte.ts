// ui.svelte.ts: what the user has chosen of the interface itself, kept in this browser; and the messages that pass by.

export type Theme = "auto" | "light" | "dark";
export type LeftTab = "compositions" | "assets" | "captions";
export type RightTab = "properties" | "renders" | "diagnostics";

const KEY = "helios.studio.ui";

interface Kept {
  theme: Theme;
  left: LeftTab;
  right: RightTab;
  timelineHeight: number;
}

const FIRST: Kept = { theme: "auto", left: "compositions", right: "properties", timelineHeight: 210 };

export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise; // private windows may have no storage
  }
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Then it is chosen again next time.
  }
}

export interface Toast {
  id: number;
  kind: "done" | "error";
  text: string;
  fix: string;
}

class Ui {
  #kept = $state<Kept>({ ...FIRST, ...recall<Partial<Kept>>(KEY, {}) });
  toasts = $state.raw<Toast[]>([]);
  helpOpen = $state(false);
  /** The job whose render is looked at. */
  watching = $state<string | null>(null);
  #toasts = 0;

  get theme(): Theme {
    return this.#kept.theme;
  }
  set theme(theme: Theme) {
    this.#set({ theme });
  }
  get left(): LeftTab {
    return this.#kept.left;
  }
  set left(left: LeftTab) {
    this.#set({ left });
  }
  get right(): RightTab {
    return this.#kept.right;
  }
  set right(right: RightTab) {
    this.#set({ right });
  }
  get timelineHeight(): number {
    return this.#kept.timelineHeight;
  }
  set timelineHeight(height: number) {
    this.#set({ timelineHeight: Math.round(Math.min(600, Math.max(110, height))) });
  }

  #set(part: Partial<Kept>) {
    Object.assign(this.#kept, part);
    keep(KEY, this.#kept);
  }

  /** Says that something is done. */
  say(text: string): void {
    this.#toast("done", text, "", 3500);
  }

  /** Says what went wrong; it stays long enough to be read. */
  complain(error: unknown): void {
    const fix = error instanceof Error && "fix" in error ? String(error.fix) : "";
    this.#toast("error", error instanceof Error ? error.message : String(error), fix, 12_000);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  #toast(kind: Toast["kind"], text: string, fix: string, life: number) {
    const id = ++this.#toasts;
    this.toasts = [...this.toasts.filter((toast) => toast.text !== text), { id, kind, text, fix }].slice(-4);
    setTimeout(() => this.dismiss(id), life);
  }

  /** Runs what a button is for, and says it when it fails. */
  async attempt(work: () => Promise<unknown>, done = ""): Promise<boolean> {
    try {
      await work();
      if (done) this.say(done);
      return true;
    } catch (error) {
      this.complain(error);
      return false;
    }
  }
}

export const ui = new Ui();
