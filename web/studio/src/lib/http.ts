// http.ts: questions to the server. Every refusal becomes one kind of error, with what to do about it.

import type { ErrorBody } from "../api";

export class ServerError extends Error {
  constructor(message: string, readonly code: string, readonly fix: string, readonly status: number) {
    super(message);
  }
}

/** The longest wait for an answer; the second for those that take a browser, or the building of a project. */
const PATIENCE_MS = 20_000;
const WORK_MS = 120_000;
const WORK = ["compositions/details", "diagnostics", "preview"];

async function ask(method: string, path: string, body?: unknown, patience = PATIENCE_MS): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer: Response;
  try {
    const signal = AbortSignal.timeout(patience);
    answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    if (late) throw new ServerError(`no answer to ${method} ${path} within ${patience / 1000} s`, "late", "Try again.", 0);
    throw new ServerError("Studio's server does not answer", "offline", "Is `helios studio` still running in its terminal?", 0);
  }
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => null)) as ErrorBody | null;
  const detail = said?.error;
  throw new ServerError(detail?.message ?? `HTTP ${answer.status}`, detail?.code ?? "http", detail?.fix ?? "", answer.status);
}

const query = (params: Record<string, string | number>) => {
  const text = new URLSearchParams(Object.entries(params).map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
};

/** The address of a route, for pictures, videos and links. */
export const address = (path: string, params: Record<string, string | number> = {}): string => `/api/${path}${query(params)}`;

export async function get<T>(path: string, params: Record<string, string | number> = {}): Promise<T> {
  return (await (await ask("GET", address(path, params), undefined, WORK.includes(path) ? WORK_MS : PATIENCE_MS)).json()) as T;
}

export async function send<T = unknown>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, params: Record<string, string | number> = {}): Promise<T> {
  const answer = await ask(method, address(path, params), body ?? (method === "DELETE" ? undefined : {}));
  const text = await answer.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

export async function sendForBlob(path: string, body: unknown): Promise<Blob> {
  return (await ask("POST", address(path), body, WORK_MS)).blob();
}
