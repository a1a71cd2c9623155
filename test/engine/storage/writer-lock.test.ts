// The lock of a folder between real processes, some of them killed. More rounds: IMMUREPO_TEST_LOCKS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WriterLock } from '../../../src/engine/storage/held-lock.js';
import { formatHolder, type Holder, thisProcess } from '../../../src/engine/storage/lock-holder.js';
import { acquireWriterLock } from '../../../src/engine/storage/writer-lock.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { type Child, childProcesses } from './support/child-process.js';
import { diskFailure, withDisk } from './support/disk-faults.js';

const ROUNDS = Number(process.env.IMMUREPO_TEST_LOCKS ?? 12);
const PROCESSES = 16;

const start = childProcesses('lock-child');

interface Answer {
  readonly outcome: string;
  readonly message?: string;
  readonly isHeld?: boolean;
  readonly details?: Partial<Holder> & { readonly path: string };
}

async function ask(child: Child, command: string): Promise<Answer> {
  child.send(command);
  return JSON.parse((await child.line()) ?? '{"outcome":"ended"}') as Answer;
}

async function started(directory: string): Promise<Child> {
  const child = start([directory]);
  expect(JSON.parse((await child.line())!)).toEqual({ pid: child.process.pid });
  return child;
}

async function taken(directory: string): Promise<WriterLock> {
  const lock = await acquireWriterLock(directory);
  onTestFinished(() => lock.release());
  return lock;
}

describe('the lock of a folder', () => {
  it(
    `is got by one of ${PROCESSES} processes at once, in ${ROUNDS} rounds`,
    { timeout: 600_000 },
    async () => {
      const directory = await temporaryDirectory();
      const children = await Promise.all(Array.from({ length: PROCESSES }, () => started(directory)));
      for (let round = 0; round < ROUNDS; round++) {
        const answers = await Promise.all(children.map((child) => ask(child, 'take')));
        const winners = children.filter((_, at) => answers[at]!.outcome === 'take');
        expect(winners, `round ${round}`).toHaveLength(1);
        // The one named is the winner, or one that was about to give up.
        const pids = children.map((child) => child.process.pid);
        for (const { outcome, details } of answers) {
          if (outcome === 'take') continue;
          expect(outcome).toBe('LEDGER_LOCKED');
          expect(pids).toContain(details!.pid);
        }
        const late = await ask(
          children.find((child) => child !== winners[0])!,
          'take',
        );
        expect(late).toMatchObject({ outcome: 'LEDGER_LOCKED', details: { pid: winners[0]!.process.pid } });
        // Every third is killed instead, so that all the others find a dead holder at once.
        if (round % 3 === 2) {
          await winners[0]!.kill();
          children[children.indexOf(winners[0]!)] = await started(directory);
        } else await ask(winners[0]!, 'release');
      }
      await Promise.all(children.map((child) => child.kill()));
      expect((await readdir(directory)).length).toBeLessThanOrEqual(1);
    },
  );

  it('of a killed process is got by the next at once', { timeout: 60_000 }, async () => {
    const directory = await temporaryDirectory();
    for (let round = 0; round < 3; round++) {
      const holder = await started(directory);
      expect(await ask(holder, 'take')).toEqual({ outcome: 'take', isHeld: true });
      const error = await caught(acquireWriterLock(directory));
      expect(error).toMatchObject({ code: 'LEDGER_LOCKED', details: { pid: holder.process.pid } });
      await holder.kill();
      const lock = await acquireWriterLock(directory);
      expect(await readdir(directory)).toEqual([lock.path.slice(directory.length + 1)]);
      if (round > 0) await lock.release();
      else expect((await ask(await started(directory), 'take')).details).toMatchObject({ pid: process.pid });
      await lock.release();
    }
  });

  it('of a process that ended without giving it back is got by the next', async () => {
    const directory = await temporaryDirectory();
    const holder = await started(directory);
    await ask(holder, 'take');
    holder.send('exit');
    expect(await holder.ended).toBe(0);
    await taken(directory);
  });

  it('says who holds it, and what to do', async () => {
    const directory = await temporaryDirectory();
    const holder = await started(directory);
    await ask(holder, 'take');
    const error = await caught(acquireWriterLock(directory));
    const path = join(directory, 'writer.1.lock');
    expect(error).toMatchObject({
      code: 'LEDGER_LOCKED',
      retryable: false,
      details: { path, pid: holder.process.pid, host: hostname(), command: 'node child.mjs' },
    });
    expect(error.message).toMatch(
      new RegExp(
        `The ledger in ${directory} is open for writing by process ${holder.process.pid} \\(node child\\.mjs\\) on ` +
          `${hostname()} since 20\\d\\d-.*Z, as ${path} tells\\. Close it there.*wait 30 seconds or delete that file`,
      ),
    );
    expect(await ask(holder, 'release')).toEqual({ outcome: 'release', isHeld: false });
    await taken(directory);
  });

  it('excludes two handles of one process as well', async () => {
    const directory = await temporaryDirectory();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireWriterLock(directory)));
    const locks = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    expect(locks).toHaveLength(1);
    expect(await caught(acquireWriterLock(directory))).toMatchObject({
      code: 'LEDGER_LOCKED',
      details: { pid: process.pid },
    });
    await locks[0]!.release();
    await locks[0]!.release();
    expect(await readdir(directory)).toEqual([]);
    await taken(directory);
  });

  it('of one folder is not that of another', async () => {
    const [one, other] = [await temporaryDirectory(), await temporaryDirectory()];
    await taken(one);
    await taken(other);
  });
});

describe('a lock file', () => {
  /** A folder with the lock file of a holder, whose last heartbeat is some time ago. */
  async function heldBy(change: Partial<Holder> | string, ageMs = 0): Promise<string> {
    const directory = await temporaryDirectory();
    const path = join(directory, 'writer.3.lock');
    const text = typeof change === 'string' ? change : formatHolder({ ...(await thisProcess()), ...change });
    await writeFile(path, text);
    const then = (Date.now() - ageMs) / 1_000;
    await utimes(path, then, then);
    return directory;
  }

  const expectHeld = async (directory: string) => {
    expect(await caught(acquireWriterLock(directory))).toMatchObject({ code: 'LEDGER_LOCKED' });
    expect(await readdir(directory)).toEqual(['writer.3.lock']);
  };
  const expectGone = async (directory: string) => {
    await taken(directory);
    expect(await readdir(directory)).toEqual(['writer.4.lock']);
  };
  const linux = process.platform === 'linux';

  it('of a living process holds, however old its heartbeat', async () => {
    await expectHeld(await heldBy({}, 3_600_000));
  });

  it.skipIf(!linux)('of an earlier process with the same id does not hold', async () => {
    await expectGone(await heldBy({ startTicks: '1' }));
  });

  it.skipIf(!linux)('of a dead process that its parent has not collected does not hold', async () => {
    // The shell becomes a program that knows of no children, well before the child ends.
    const parent = spawn('bash', ['-c', 'sleep 1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill());
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    const fields = async () => (await readFile(`/proc/${pid}/stat`, 'latin1')).split(' ');
    const isZombie = async () => {
      expect((await fields())[2]).toBe('Z');
    };
    await vi.waitFor(isZombie, { timeout: 10_000 });
    await expectGone(await heldBy({ pid, startTicks: (await fields())[21] }));
  });

  it('of an id that no process has does not hold', async () => {
    await expectGone(await heldBy({ pid: 2 ** 22 + 1 }));
  });

  it.each([
    ['another host', { host: 'elsewhere' }],
    ['another container', { pidNamespace: 'pid:[1]' }],
    ['a system without namespaces of its name', { pidNamespace: undefined, host: 'elsewhere' }],
  ])('of %s holds while its heartbeat is fresh, whatever its process id', async (_, change) => {
    await expectHeld(await heldBy({ ...change, pid: 2 ** 22 + 1 }));
    await expectHeld(await heldBy({ ...change, pid: 2 ** 22 + 1 }, 25_000));
    await expectGone(await heldBy(change, 31_000));
  });

  it.skipIf(!linux)('of an earlier start of this system does not hold', async () => {
    await expectGone(await heldBy({ bootId: 'an earlier one' }, 86_400_000 * 365));
    // A heartbeat since this start is that of another system of the same name.
    await expectHeld(await heldBy({ bootId: 'of another system' }));
  });

  it.each([
    '',
    '{"pid":1',
    '[]',
    'null',
    '{"pid":0,"host":"h","command":"c","since":"s","token":"t"}',
    '{"pid":1,"host":2}',
  ])('that tells of no process (%j) holds for a while', async (text) => {
    const directory = await heldBy(text);
    const error = await caught(acquireWriterLock(directory));
    expect(error.message).toMatch(/by a process that cannot be read, as .*writer\.3\.lock tells/);
    await expectGone(await heldBy(text, 31_000));
  });

  it('with the highest number decides, and files of no lock do not', async () => {
    const directory = await heldBy({ pid: 2 ** 22 + 1 });
    for (const name of ['writer.0.lock', 'writer.x.lock', 'writer.9.lock.bak', 'writer.lock', 'data.mdb'])
      await writeFile(join(directory, name), formatHolder(await thisProcess()));
    const lock = await taken(directory);
    expect(lock.path).toBe(join(directory, 'writer.4.lock'));
    expect(await readdir(directory)).toHaveLength(6);
  });

  it('that a killed process did not finish is cleared away, later', async () => {
    const directory = await heldBy({ pid: 2 ** 22 + 1 });
    const [old, fresh] = ['writer.0123456789abcdef.tmp', 'writer.fedcba9876543210.tmp'];
    for (const name of [old, fresh]) await writeFile(join(directory, name), '');
    const then = Date.now() / 1_000 - 31;
    await utimes(join(directory, old), then, then);
    await taken(directory);
    expect(await readdir(directory)).toEqual(['writer.4.lock', fresh].sort());
  });
});

describe('a heartbeat', () => {
  it('shows every five seconds that the holder lives, and changes nothing else', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = await temporaryDirectory();
    const lock = await taken(directory);
    const before = await readFile(lock.path, 'utf8');
    await utimes(lock.path, 1, 1);
    vi.advanceTimersByTime(5_000);
    await vi.waitFor(async () => {
      const other = await caught(acquireWriterLock(directory));
      expect(other).toMatchObject({ code: 'LEDGER_LOCKED' });
      expect((await stat(lock.path)).mtimeMs).toBeGreaterThan(10_000);
    });
    expect(await readFile(lock.path, 'utf8')).toBe(before);
    expect(lock.isHeld).toBe(true);
  });

  it('notices that the lock was taken over, and leaves it to its new holder', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = await temporaryDirectory();
    const lock = await acquireWriterLock(directory);
    await unlink(lock.path);
    await writeFile(lock.path, 'of another');
    vi.advanceTimersByTime(5_000);
    await vi.waitFor(() => {
      expect(lock.isHeld).toBe(false);
    });
    await lock.release();
    expect(await readFile(lock.path, 'utf8')).toBe('of another');
  });
});

describe('a process that slept', () => {
  /** Takes the lock, and lets others act between its first look at the folder and its own file. */
  async function takeAfter(directory: string, meanwhile: () => Promise<unknown>): Promise<unknown> {
    let slept = false;
    return withDisk(
      async ({ name }) => {
        if (name !== 'link' || slept) return;
        slept = true;
        await meanwhile();
      },
      () => acquireWriterLock(directory).catch((error: unknown) => error),
    );
  }

  it.each(['the same number', 'a lower number', 'a higher number'])(
    'gives up when another got the lock by a file of %s',
    async (which) => {
      const directory = await temporaryDirectory();
      if (which !== 'the same number') {
        const number = which === 'a lower number' ? 5 : 1;
        await writeFile(
          join(directory, `writer.${number}.lock`),
          formatHolder({ ...(await thisProcess()), pid: 2 ** 22 + 1 }),
        );
      }
      const other = await started(directory);
      const outcome = await takeAfter(directory, async () => {
        await ask(other, 'take');
        if (which !== 'a lower number') return;
        // Given back, the numbers begin anew.
        await ask(other, 'release');
        await ask(other, 'take');
      });
      expect(outcome).toMatchObject({ code: 'LEDGER_LOCKED', details: { pid: other.process.pid } });
      expect(await readdir(directory)).toHaveLength(1);
    },
  );

  it('gets the lock when all others gave it back', async () => {
    const directory = await temporaryDirectory();
    const lock = await takeAfter(directory, async () => (await acquireWriterLock(directory)).release());
    expect(lock).toMatchObject({ isHeld: true });
    await (lock as WriterLock).release();
  });
});

it.each(['EPERM', 'ENOTSUP'])('a file system without hard links is named (%s)', async (code) => {
  const directory = await temporaryDirectory();
  const error = await caught(
    withDisk(
      ({ name }) => {
        if (name === 'link') throw diskFailure(code);
      },
      () => acquireWriterLock(directory),
    ),
  );
  expect(error).toMatchObject({ code: 'LEDGER_STORAGE_FAILED', details: { code } });
  expect(error.message).toMatch(/has no hard links.*Keep the ledger on a local one/);
  expect(await readdir(directory)).toEqual([]);
});

it('a folder that is not there is named', async () => {
  const directory = join(await temporaryDirectory(), 'none');
  const error = await caught(acquireWriterLock(directory));
  expect(error).toMatchObject({
    code: 'LEDGER_STORAGE_FAILED',
    details: { code: 'ENOENT', path: directory },
  });
});
