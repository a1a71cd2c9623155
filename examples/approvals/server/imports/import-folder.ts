// Where files are while they are imported: one folder of this process below the system's temporary one. What processes left
// there that did not come to an end of their own is removed at the next start.

import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const { uid } = userInfo();
const ALL = join(tmpdir(), `approvals-imports-${String(uid)}`);

@Injectable()
export class ImportFolder implements OnModuleInit, OnApplicationShutdown {
  /** That of this process. */
  readonly path = join(ALL, String(process.pid));

  /** @throws Error if somebody else made a folder of this name */
  async onModuleInit(): Promise<void> {
    await mkdir(ALL, { recursive: true, mode: 0o700 });
    const found = await lstat(ALL);
    if (!found.isDirectory() || found.uid !== Math.max(uid, 0))
      throw new Error(`${ALL} is to be a folder of this user's own, and is not.`);
    const left = (await readdir(ALL)).filter(
      (name) => name === String(process.pid) || !isRunning(Number(name)),
    );
    await Promise.all(left.map((name) => rm(join(ALL, name), { recursive: true, force: true })));
  }

  /** @returns a new folder in it, to be removed by the caller */
  async make(): Promise<string> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    return mkdtemp(join(this.path, 'import-'));
  }

  async onApplicationShutdown(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
