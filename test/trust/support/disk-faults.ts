// Stands between the code under test and the disk: every call can be looked at, delayed, failed, or never return.
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export type DiskCall = { readonly name: string; readonly path: string };

const CALLS = ['open', 'link', 'lstat', 'mkdir', 'readdir', 'stat', 'unlink'] as const;
const HANDLE_CALLS = ['read', 'stat', 'appendFile', 'sync', 'close'] as const;

type AnyCall = (...args: unknown[]) => Promise<unknown>;

/**
 * Runs `work` with every disk call of this process shown to `before` first. A write is torn: half of it is on the
 * disk when `before` is asked.
 */
export async function withDisk<T>(
  before: (call: DiskCall) => void | Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const calls = fs as unknown as Record<string, AnyCall>;
  const originals = new Map<string, AnyCall>();
  const closers: (() => Promise<unknown>)[] = [];
  for (const name of CALLS) {
    const original = calls[name]!;
    originals.set(name, original);
    calls[name] = async (...args) => {
      await before({ name, path: String(args[0]) });
      const result = await original(...args);
      if (name === 'open') closers.push(watchHandle(result as FileHandle, String(args[0]), before));
      return result;
    };
  }
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    for (const [name, original] of originals) calls[name] = original;
    syncBuiltinESMExports();
    for (const close of closers) await close();
  }
}

/** @returns closes the handle for good, as an operating system does for a killed process */
function watchHandle(
  handle: FileHandle,
  path: string,
  before: (call: DiskCall) => void | Promise<void>,
): () => Promise<unknown> {
  const close = handle.close.bind(handle);
  const calls = handle as unknown as Record<string, AnyCall>;
  for (const name of HANDLE_CALLS) {
    const original = calls[name]!.bind(handle);
    calls[name] = async (...args) => {
      // A failing close still closes, as it does in an operating system.
      if (name === 'close') await original();
      await before({ name: `handle.${name}`, path });
      return name === 'close' ? undefined : original(...args);
    };
  }
  calls.writeFile = async (data) => {
    const bytes = data as Uint8Array;
    await handle.write(bytes.subarray(0, bytes.length >> 1));
    await before({ name: 'handle.writeFile', path });
    await handle.write(bytes.subarray(bytes.length >> 1));
  };
  return () => close().catch(() => undefined);
}

/** An error as the operating system gives it. */
export function diskFailure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
