// Asking the service. Reading is repeated until the service answers again; writing is not, as it may have arrived.
import { connection } from './connection.js';
import { person } from './people.js';
import type { Problem } from './types.js';

/** One thing wrong with what was sent. */
export interface Issue {
  /** `lines[0].quantity`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** The service answered that it will not do it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** @param status of HTTP @param problem code and text @param issues field by field @param tampered a check failed */
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly issues: readonly Issue[],
    readonly tampered: boolean,
  ) {
    super(problem.message);
  }
}

/** No answer came. For a write: it may have been done all the same. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Reads. Waits and asks again while the service cannot be reached. @param path below /api @param signal ends the waiting */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      const answer = await ask<T>('GET', path, undefined, signal);
      connection.found();
      return answer;
    } catch (error) {
      if (!isOutage(error) || signal?.aborted === true) throw error;
      await connection.lost(signal);
    }
  }
}

/** Writes, once. @param method of HTTP @param path below /api @param body what is sent, as JSON unless it is a file */
export function send<T>(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<T> {
  return ask<T>(method, path, body);
}

function isOutage(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Refusal && [502, 503, 504].includes(error.status));
}

async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const isFile = body instanceof Blob;
  const headers = {
    accept: 'application/json',
    'x-person': person(),
    ...(body === undefined ? {} : { 'content-type': isFile ? 'text/csv' : 'application/json' }),
  };
  const content = isFile ? body : body === undefined ? null : JSON.stringify(body);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`/api${path}`, { method, headers, body: content, signal: signal ?? null });
    answer = await response.json();
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new NoAnswer('The service did not answer.', { cause });
  }
  if (!response.ok) throw refusal(response.status, answer);
  return answer as T;
}

function refusal(status: number, answer: unknown): Refusal {
  const {
    code = '',
    message = '',
    issues = [],
    tampered = false,
  } = (answer ?? {}) as {
    code?: string;
    message?: string | string[];
    issues?: { path?: string | (string | number)[]; message: string }[];
    tampered?: boolean;
  };
  const text = Array.isArray(message) ? message.join(' ') : message;
  const found = issues.map(({ path = '', message }) => ({ path: plainPath(path), message }));
  return new Refusal(status, { code, message: text }, found, tampered);
}

/** `lines[0].quantity`, however the service writes it. */
function plainPath(path: string | (string | number)[]): string {
  return (Array.isArray(path) ? path.join('.') : path).replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}
