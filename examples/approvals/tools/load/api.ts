// The API as its users call it: one request after another, over connections that are kept.

import { Agent, request } from 'node:http';

/** No answer may take longer: a service that hangs is to be told of, and not waited for. */
const LIMIT_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Api {
  readonly #agent = new Agent({ keepAlive: true });

  /** @param port asked for at each request */
  constructor(private readonly port: () => number) {}

  /** @throws Error where no answer came, or not in time */
  call(method: 'GET' | 'POST', path: string, person: string, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { 'x-person': person, ...(body && { 'content-type': 'application/json' }) };
      const options = {
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.port(),
        method,
        path,
        headers,
        signal: AbortSignal.timeout(LIMIT_MS),
      };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          if (!response.complete) reject(new Error('Half an answer came.'));
          else resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) });
        });
      });
      sent.once('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
