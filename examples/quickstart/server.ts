// Which server the quickstart talks to: one that is running already, or a real immudb of its own for the time of a run,
// the same program the tests run against.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '../../test/support/real-server.js';

/** A server to connect to. Disposing of it ends it if it was started here; its data stays. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  /** What this side calls its ledger, if its address is not to be its name. */
  readonly ledgerId?: string;
}

const OR_URL = 'Or pass the URL of a running immudb: --url immudb://immudb:immudb@localhost:3322/defaultdb';

/** A server that somebody else runs. */
export function runningServer(url: string): Server {
  return { url, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Starts the server of a folder, which one run at a time may have. @param say tells a person what is happening */
export async function startOwnServer(folder: string, say: (line: string) => void): Promise<Server> {
  await mkdir(folder, { recursive: true });
  const release = await claim(join(folder, 'in-use'));
  try {
    say('Starting immudb …');
    const server = await startServer({ dir: await dataFolder(folder) });
    return {
      url: `immudb://immudb:immudb@${server.address}/defaultdb`,
      // Its port is another one in every run, and so would be its name.
      ledgerId: 'quickstart',
      [Symbol.asyncDispose]: () => server.stop().finally(release),
    };
  } catch (error) {
    await release();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${OR_URL}`, { cause: error });
  }
}

/** The server's data. A first start that is cut off leaves a server nobody can log in to, so it happens elsewhere. */
async function dataFolder(folder: string): Promise<string> {
  const dir = join(folder, 'server');
  if (existsSync(dir)) return dir;
  const fresh = await mkdtemp(`${dir}-`);
  try {
    const server = await startServer({ dir: fresh });
    await server.stop();
    await rename(fresh, dir);
    return dir;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** immudb does not notice a second server on its data, so a file with the process id of the first keeps it away. */
async function claim(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readFile(file, 'utf8').catch(() => '0');
    if (owner === '' || isRunning(Number(owner))) {
      throw new Error(
        `Another run (process ${owner}) is using this folder. Wait for it; if it is none, delete ${file}`,
      );
    }
    await rm(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
