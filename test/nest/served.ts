// A Nest application on a port of this machine, for as long as a test runs, and what it wrote to its log.
import type { DynamicModule, INestApplication, Provider, Type } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from 'immurepo';
import { onTestFinished } from 'vitest';

/** Keeps what is logged. */
export class KeptLog {
  readonly lines: string[] = [];
  readonly warn = this.#keep('warn');
  readonly error = this.#keep('error');
  log(): void {
    // Of no interest.
  }

  #keep(level: string) {
    return (message: unknown) => {
      this.lines.push(`${level} ${String(message)}`);
    };
  }
}

/** What an application is made of. */
export interface Parts {
  readonly imports?: (DynamicModule | Type)[];
  readonly controllers?: Type[];
  readonly providers?: Provider[];
}

/** An application that is served. */
export interface Served {
  readonly app: INestApplication;
  readonly ledger: Ledger;
  readonly url: string;
  readonly log: KeptLog;
}

/** A folder for as long as the test runs: what is begun after it ends before it. */
export async function temporaryPath(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** A builder whose application keeps its log. */
export function builder(parts: Parts, log = new KeptLog()): TestingModuleBuilder {
  return Test.createTestingModule(parts).setLogger(log);
}

/** Serves an application, and ends it with the test. */
export async function serve(parts: Parts): Promise<Served> {
  const log = new KeptLog();
  const testing = await builder(parts, log).compile();
  const app = testing.createNestApplication();
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { app, ledger: app.get(Ledger), url: `http://127.0.0.1:${port}`, log };
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Asks. @param headers as a browser sends them, which knows nothing of UTF-8 */
export async function ask(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url, { method, headers: { connection: 'close', ...headers } });
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}
