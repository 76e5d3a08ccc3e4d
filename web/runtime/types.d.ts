// Types for `npm run check` only; this file is not part of the runtime.
type HeliosConfig = {
  fps?: { num: number; den: number } | null;
  width?: number | null;
  height?: number | null;
  seed?: number | null;
  epochMs?: number | null;
  props?: any;
  totalFrames?: number | null;
  durationSeconds?: number | null;
  timeoutMs?: number | null;
  canvasMode?: boolean | null;
  films?: string | null;
  alpha?: boolean | null;
  contract?: string | null;
  composition?: string | null;
  list?: boolean | null;
};
declare const HELIOS_CONFIG: HeliosConfig;

/** One window's share of the runtime. */
type HeliosRealm = {
  win: any;
  doc: Document;
  currentDoc: () => Document;
  parent: HeliosRealm | null;
  path: string;
  origin: number;
  timers: any;
  nextTimerId: number;
  raf: any;
  nextRafId: number;
  idle: any;
  shadowRoots: any;
  reportError: (e: unknown) => void;
  evalString: (code: string) => void;
  children: number;
};

/** A timer waiting in the heap. */
type HeliosTimer = {
  id: number;
  realm: HeliosRealm;
  due: number;
  seq: number;
  interval: number | null;
  level: number;
  run: () => void;
  live: boolean;
};

/** What we know about one animation under our control. */
type HeliosAnimation = {
  anim: Animation;
  rate: number;
  anchorT: number;
  anchorCur: number;
  frozen: boolean;
  running: boolean;
  pending: boolean;
  /** Called when it starts, while its `ready` is waited for. */
  started: (() => void) | null;
  phase: number;
  shown: number | null;
  realm: HeliosRealm;
};
