// The file: opened once, read several times, and known by its digest.

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ImmuError } from '../errors.js';

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;

/** A file to be imported. */
export class SourceFile {
  readonly #handle: FileHandle;
  /** Its place, for errors. */
  readonly path: string;
  /** SHA-256 of all of it. */
  readonly digest: string;

  private constructor(handle: FileHandle, path: string, digest: string) {
    this.#handle = handle;
    this.path = path;
    this.digest = digest;
  }

  /**
   * Opens a file and reads it once, for its digest.
   *
   * @throws ImmuError INVALID_ARGUMENT for what is no file, or cannot be read
   */
  static async open(source: string | URL, signal: AbortSignal | undefined): Promise<SourceFile> {
    const path = typeof source === 'string' ? source : fileURLToPath(source);
    const handle = await open(path).catch((cause: unknown) => {
      throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
    });
    try {
      // What comes through a pipe is gone once it was read: it could be neither checked first nor gone on with.
      if (!(await handle.stat()).isFile())
        throw unreadable(
          path,
          'it is no file; save the stream to one, so that it can be read more than once',
        );
      const hash = createHash('sha256');
      for await (const chunk of chunksOf(handle, signal)) hash.update(chunk);
      return new SourceFile(handle, path, hash.digest('hex'));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Its bytes from the beginning. What is yielded may be kept. @throws what `signal` was aborted with */
  chunks(signal: AbortSignal | undefined): AsyncGenerator<Buffer, void, undefined> {
    return chunksOf(this.#handle, signal);
  }

  /** Closes it. */
  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function* chunksOf(
  handle: FileHandle,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

function unreadable(path: string, problem: string, cause?: unknown): ImmuError {
  return new ImmuError('INVALID_ARGUMENT', `The file ${path} cannot be imported: ${problem}.`, { cause });
}
