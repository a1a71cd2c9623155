// Lines to a stream that may be slow, or gone.

import type { Writable } from 'node:stream';

/** About as much as a pipe takes at once. */
const CHUNK_CHARACTERS = 1 << 16;

/**
 * Writes all lines, and asks for no further line while the stream has not taken what it was given.
 *
 * A reader that closes its end, such as `head`, has seen what it wanted: the rest is not written and that is no error.
 */
export async function writeLines(lines: Iterable<string>, to: Writable): Promise<void> {
  // Without a listener a closed pipe ends the process; the write's callback tells of it as well.
  to.on('error', () => undefined);
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    if (!(await taken(chunk, to))) return;
    chunk = '';
  }
  if (chunk !== '') await taken(chunk, to);
}

/** Whether the stream took the chunk; false if its reader is gone. */
function taken(chunk: string, to: Writable): Promise<boolean> {
  return new Promise((resolve, reject) => {
    to.write(chunk, (error?: NodeJS.ErrnoException | null) => {
      if (error === null || error === undefined) resolve(true);
      else if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') resolve(false);
      else reject(error);
    });
  });
}
