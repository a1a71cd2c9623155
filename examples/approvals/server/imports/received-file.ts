// A file that is sent to us: written to the disk as it comes, never held in memory, and no longer than it may be.

import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import type { Request } from 'express';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export const MOST_BYTES = 20 * 1024 * 1024;

export interface ReceivedFile {
  readonly path: string;
  /** Removes it. */
  readonly release: () => Promise<void>;
}

/** @param makeFolder where it is put @throws PayloadTooLargeException, BadRequestException */
export async function receiveFile(
  request: Request,
  makeFolder: () => Promise<string>,
): Promise<ReceivedFile> {
  if (Number(request.get('content-length') ?? 0) > MOST_BYTES) throw tooLarge();
  const folder = await makeFolder();
  const release = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'orders.csv');
  try {
    await pipeline(request, limited, createWriteStream(path));
    return { path, release };
  } catch (error) {
    await release();
    if (error instanceof PayloadTooLargeException) throw error;
    throw new BadRequestException('The file did not arrive as a whole.');
  }
}

async function* limited(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw tooLarge();
    yield chunk;
  }
}

function tooLarge(): PayloadTooLargeException {
  return new PayloadTooLargeException(`A file may have at most ${String(MOST_BYTES / 1024 / 1024)} MB.`);
}
