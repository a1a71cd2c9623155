// Stands between the code under test and the disk: every call can be looked at, failed, or be the last thing a killed
// process did. A write is torn: half of it is on the disk when it is asked about.
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** A call to the disk. */
export interface DiskCall {
  readonly name: string;
  readonly path: string;
}

type Before = (call: DiskCall) => void | Promise<void>;
type AnyCall = (...args: unknown[]) => Promise<unknown>;

const CALLS = [
  'open',
  'mkdir',
  'readdir',
  'readFile',
  'rename',
  'rm',
  'stat',
  'unlink',
  'chmod',
  'link',
] as const;

/** Runs `work` with every call to the disk shown to `before` first. */
export async function withDisk<T>(before: Before, work: () => Promise<T>): Promise<T> {
  const calls = fs as unknown as Record<string, AnyCall>;
  const opened: FileHandle[] = [];
  const originals = CALLS.map((name) => [name, calls[name]!] as const);
  for (const [name, original] of originals) {
    calls[name] = async (...args) => {
      await before({ name, path: String(args[0]) });
      const result = await original(...args);
      if (name === 'open') {
        opened.push(result as FileHandle);
        watchHandle(result as FileHandle, String(args[0]), before);
      }
      return result;
    };
  }
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    for (const [name, original] of originals) calls[name] = original;
    syncBuiltinESMExports();
    // As an operating system does for a killed process.
    for (const handle of opened) await handle.close().catch(() => undefined);
  }
}

function watchHandle(handle: FileHandle, path: string, before: Before): void {
  const calls = handle as unknown as Record<string, AnyCall>;
  const sync = handle.sync.bind(handle);
  calls.sync = async () => {
    await before({ name: 'handle.sync', path });
    await sync();
  };
  calls.writeFile = async (data) => {
    const bytes = data as Uint8Array;
    await handle.write(bytes.subarray(0, bytes.length >> 1));
    await before({ name: 'handle.writeFile', path });
    await handle.write(bytes.subarray(bytes.length >> 1));
  };
}

/**
 * Runs an operation that stops dead, as if killed, at its nth call to the disk.
 *
 * @returns whether it ended before that
 */
export async function endsBeforeCall(fatal: number, work: () => Promise<unknown>): Promise<boolean> {
  let count = 0;
  let die: (ended: false) => void;
  const death = new Promise<false>((resolve) => {
    die = resolve;
  });
  // What a killed process was about to do never happens, and neither does anything after it.
  const never = new Promise<void>(() => undefined);
  return withDisk(
    () => {
      if (++count < fatal) return undefined;
      die(false);
      return never;
    },
    () => Promise.race([death, work().then(() => true)]),
  );
}

/** An error as the operating system gives it. */
export function diskFailure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
