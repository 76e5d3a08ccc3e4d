// captions.svelte.ts: the captions that are edited, and whether they are saved. They stay while other panels are looked at.

import type { CaptionCue, CaptionFile } from "../api";
import { get, send } from "../lib/http";
import { ui } from "./ui.svelte";

class CaptionEditor {
  /** The file that they are of; null: none was opened. */
  path = $state<string | null>(null);
  /** null while they are read. */
  cues = $state.raw<CaptionCue[] | null>(null);
  failure = $state("");
  #saved = $state.raw<CaptionCue[]>([]);
  dirty = $derived(this.cues !== null && JSON.stringify(this.cues) !== JSON.stringify(this.#saved));

  /** Reads a file, or the same one anew. Whoever opens another one has asked what is to become of the edits. */
  async open(path: string): Promise<void> {
    if (path !== this.path) this.cues = null;
    this.path = path;
    this.failure = "";
    try {
      const { cues } = await get<CaptionFile>("captions", { path });
      // Another one was opened meanwhile; or somebody types already.
      if (path !== this.path || this.dirty) return;
      this.cues = this.#saved = cues;
    } catch (error) {
      if (path === this.path) this.failure = (error as Error).message;
    }
  }

  /** Writes them. What is typed meanwhile is not saved yet. */
  save(): Promise<boolean> {
    return ui.attempt(async () => {
      const [path, cues] = [this.path, this.cues];
      if (path === null || cues === null) return;
      const written = await send<CaptionFile>("PUT", "captions", { cues }, { path });
      if (path !== this.path) return;
      this.#saved = written.cues;
      if (this.cues === cues) this.cues = written.cues;
    }, "Saved.");
  }

  edit(index: number, part: Partial<CaptionCue>): void {
    this.cues = (this.cues ?? []).map((cue, i) => (i === index ? { ...cue, ...part } : cue));
  }

  remove(index: number): void {
    this.cues = (this.cues ?? []).filter((_, i) => i !== index);
  }

  add(startMs: number): void {
    const cue = { startMs, endMs: startMs + 2000, text: "New caption", settings: "" };
    this.cues = [...(this.cues ?? []), cue].sort((a, b) => a.startMs - b.startMs);
  }
}

export const captions = new CaptionEditor();
