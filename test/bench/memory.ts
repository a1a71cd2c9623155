// What memory a process takes.

import { readFile } from 'node:fs/promises';

/** Bytes that JavaScript holds, after what can be freed is. */
export function scriptMemory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes this process holds of its own, after what can be freed is; files it has mapped do not count. */
export async function ownMemory(): Promise<number> {
  globalThis.gc?.();
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(status)?.[1];
  return anonymous === undefined ? process.memoryUsage().rss : Number(anonymous) * 1024;
}
