// server.svelte.ts: what the server knows, kept up to date by its events. The only place that holds server state; it changes
// nothing but by asking the server.

import { SvelteMap } from "svelte/reactivity";
import type { Asset, CompositionView, JobsView, JobView, LogLine, LogView, ProjectView, StudioEvent } from "../api";
import { address, get, send } from "../lib/http";
import { ui } from "./ui.svelte";

export type Link = "connecting" | "live" | "lost";
const MOST_LINES = 2000;
const RETRY_MS = 1000;

class Server {
  link = $state<Link>("connecting");
  project = $state.raw<ProjectView | null>(null);
  compositions = $state.raw<CompositionView[] | null>(null);
  assets = $state.raw<Asset[] | null>(null);
  moreAssets = $state(false);
  /** The jobs by name, each as it was told last. */
  jobs = new SvelteMap<string, JobView>();
  /** Their names, newest first. */
  order = $state.raw<string[]>([]);
  jobsKnown = $state(false);
  limit = $state(1);
  logs = new SvelteMap<string, LogLine[]>();
  /** Why nothing is there. */
  failure = $state.raw<unknown>(null);
  #source: EventSource | null = null;
  #assetsWanted = false;
  /** What is waited for with the next turn, so that a burst of events asks once. */
  #soon = new Map<string, ReturnType<typeof setTimeout>>();

  connect(): void {
    const source = new EventSource(address("events"));
    this.#source = source;
    source.onopen = () => (this.link = "live");
    source.onmessage = (message) => this.#take(JSON.parse(message.data as string) as StudioEvent);
    source.onerror = () => {
      this.link = "lost";
      // The browser tries again by itself, unless it was refused.
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(() => this.#source === source && this.connect(), RETRY_MS);
    };
  }

  #take(event: StudioEvent): void {
    switch (event.type) {
      case "hello":
      case "reset":
        return void this.loadAll();
      case "files":
        return this.#assetsWanted ? this.#later("assets", () => this.loadAssets()) : undefined;
      case "compositions":
        return this.#later("compositions", () => this.loadCompositions());
      case "job":
        return this.putJob(event.job);
      case "job-removed":
        this.jobs.delete(event.id);
        this.logs.delete(event.id);
        this.order = this.order.filter((id) => id !== event.id);
        return;
      case "queue":
        this.limit = event.limit;
        event.order.forEach((id, position) => {
          const job = this.jobs.get(id);
          if (job && job.queuePosition !== position) this.jobs.set(id, { ...job, queuePosition: position });
        });
        return;
      case "log":
        return this.#addLines(event.id, [event.line]);
    }
  }

  #later(what: string, work: () => Promise<void>) {
    if (this.#soon.has(what)) return;
    this.#soon.set(what, setTimeout(() => {
      this.#soon.delete(what);
      work().catch(() => undefined);
    }, 80));
  }

  async loadAll(): Promise<void> {
    try {
      const [project, jobs] = await Promise.all([get<ProjectView>("project"), get<JobsView>("jobs")]);
      this.project = project;
      this.takeJobs(jobs);
      await this.loadCompositions();
      if (this.#assetsWanted) await this.loadAssets();
      for (const id of this.logs.keys()) await this.loadLog(id);
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
  }

  async loadCompositions(): Promise<void> {
    this.compositions = await get<CompositionView[]>("compositions");
  }

  async loadAssets(): Promise<void> {
    this.#assetsWanted = true;
    const found = await get<{ assets: Asset[]; more: boolean }>("assets");
    this.assets = found.assets;
    this.moreAssets = found.more;
  }

  takeJobs(view: JobsView): void {
    this.limit = view.limit;
    const there = new Set(view.jobs.map((job) => job.id));
    for (const id of [...this.jobs.keys()]) if (!there.has(id)) this.jobs.delete(id);
    for (const job of view.jobs) this.jobs.set(job.id, job);
    this.order = [...view.jobs].sort((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1)).map((job) => job.id);
    this.jobsKnown = true;
  }

  putJob(job: JobView): void {
    this.#announce(this.jobs.get(job.id)?.state, job);
    if (!this.jobs.has(job.id)) this.order = [job.id, ...this.order];
    this.jobs.set(job.id, job);
  }

  /** An end is said aloud, whatever panel is looked at. */
  #announce(before: JobView["state"] | undefined, job: JobView): void {
    if (before === undefined || before === job.state) return;
    if (job.state === "completed") ui.say(`${job.output} is done.`);
    if (job.state === "failed") ui.complain(new Error(`${job.output} failed: ${job.error?.message ?? "see its log"}`));
  }

  /** From now on the log of a job is kept up to date. */
  async loadLog(id: string): Promise<void> {
    if (!this.logs.has(id)) this.logs.set(id, []);
    const view = await get<LogView>(`jobs/${encodeURIComponent(id)}/log`);
    this.#addLines(id, view.lines);
  }

  forgetLog(id: string): void {
    this.logs.delete(id);
  }

  #addLines(id: string, lines: LogLine[]) {
    const before = this.logs.get(id);
    if (!before) return; // nobody looks at it
    const known = new Set(before.map((line) => line.index));
    const fresh = lines.filter((line) => !known.has(line.index));
    if (fresh.length > 0) this.logs.set(id, [...before, ...fresh].sort((a, b) => a.index - b.index).slice(-MOST_LINES));
  }

  /** `cancel`, `retry`, `resume`: the job as it is then. */
  async act(id: string, action: "cancel" | "retry" | "resume"): Promise<void> {
    this.putJob(await send<JobView>("POST", `jobs/${encodeURIComponent(id)}/${action}`));
  }

  async move(id: string, to: number): Promise<void> {
    this.putJob(await send<JobView>("POST", `jobs/${encodeURIComponent(id)}/move`, { to }));
  }

  async remove(id: string): Promise<void> {
    await send("DELETE", `jobs/${encodeURIComponent(id)}`);
  }

  async setLimit(limit: number): Promise<void> {
    this.takeJobs(await send<JobsView>("PUT", "queue", { limit }));
  }
}

export const server = new Server();
