// cues.ts: times of captions as they are typed. Pure.

import type { CaptionCue } from "../api";

/** `0:01.500`; hours when there are some. */
export function cueTime(ms: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const tail = `${two(seconds % 60)}.${String(ms % 1000).padStart(3, "0")}`;
  return hours > 0 ? `${hours}:${two(Math.floor(seconds / 60) % 60)}:${tail}` : `${Math.floor(seconds / 60)}:${tail}`;
}

/** Milliseconds of `1.5`, `0:01.5`, `1:00:01,500`; null for anything else. */
export function parseCueTime(text: string): number | null {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+)(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!match) return null;
  const [, hours = "0", minutes = "0", seconds = "0", fraction = ""] = match;
  if (match[2] !== undefined && Number(seconds) > 59) return null;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, "0"));
}

/** What is wrong with one of the captions, in words; empty when nothing is. */
export function cueProblem(cues: CaptionCue[], index: number): string {
  const cue = cues[index];
  if (!cue) return "";
  if (cue.endMs <= cue.startMs) return "ends before it begins";
  const before = cues[index - 1];
  return before && cue.startMs < before.startMs ? "begins before the one above" : "";
}
