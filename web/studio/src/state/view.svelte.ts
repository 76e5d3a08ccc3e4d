// view.svelte.ts: how the stage is looked at: zoom, backdrop, guides; and the exact picture of its frame.

import type { StillRequest } from "../api";
import { sendForBlob } from "../lib/http";
import { stemOf } from "../lib/format";
import { stage } from "./stage.svelte";
import { ui } from "./ui.svelte";

export const ZOOMS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8];
export type Zoom = number | "fit";

class View {
  zoom = $state<Zoom>("fit");
  /** What "fit" amounts to. */
  fitted = $state(1);
  checker = $state(false);
  safe = $state(false);

  get scale(): number {
    return this.zoom === "fit" ? this.fitted : this.zoom;
  }

  setZoom(zoom: Zoom): void {
    this.zoom = zoom;
  }

  zoomBy(direction: 1 | -1): void {
    const now = this.scale;
    const next = direction === 1 ? ZOOMS.find((zoom) => zoom > now * 1.01) : ZOOMS.findLast((zoom) => zoom < now * 0.99);
    if (next !== undefined) this.zoom = next;
  }

  /** The frame as a render would have it. */
  async still(): Promise<Blob> {
    if (stage.path === null) throw new Error("no composition is open");
    const request: Partial<StillRequest> = { composition: stage.path, frame: stage.frame, alpha: this.checker };
    if (Object.keys(stage.overrides).length > 0) request.props = stage.overrides;
    return sendForBlob("still", request);
  }

  async copyStill(): Promise<void> {
    await ui.attempt(async () => {
      // The promise goes into the item, so that the permission of this key press still counts when it comes.
      await navigator.clipboard.write([new ClipboardItem({ "image/png": this.still() })]);
    }, "The frame is in the clipboard.");
  }

  async saveStill(): Promise<void> {
    await ui.attempt(async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await this.still());
      const name = stemOf(stage.path ?? "") || "still";
      link.download = `${name}-${String(stage.frame).padStart(5, "0")}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }
}

export const view = new View();
