// What the end of a process means. The processes here are small scripts that end in every way there is.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTask, type TaskOptions } from '../../../src/engine/maintenance/run-task.js';
import { ImmuError } from '../../../src/errors.js';
import { bundledScripts, TASK_PROCESS } from './support/bundled.js';
import { temporaryFolder } from './support/folders.js';

const bundled = bundledScripts(TASK_PROCESS);
const task = { kind: 'verify', folder: '/nowhere', expected: [] } as const;

const PRELUDE = `
import { serialize } from 'node:v8';
import { writeSync } from 'node:fs';
const tell = (message) => writeSync(1, serialize(message).toString('base64') + '\\n');
const progress = (done) => tell({ kind: 'progress', progress: { done: BigInt(done), total: 400n, unit: 'transactions' } });
`;

/** Runs a task by a script. @returns what it threw, or gave */
async function outcomeOf(script: string, options: TaskOptions = {}): Promise<unknown> {
  const file = join(await temporaryFolder(), 'script.mjs');
  await writeFile(file, PRELUDE + script);
  return runTask(task, { script: file, ...options }).catch((error: unknown) => error);
}

describe('a process that is ended', () => {
  it.each(['SIGSEGV', 'SIGBUS', 'SIGABRT'])('by %s has met a damaged page', async (signal) => {
    const error = await outcomeOf(
      `progress(120); process.kill(process.pid, '${signal}'); setTimeout(() => {}, 10_000);`,
    );
    expect(error).toBeInstanceOf(ImmuError);
    expect(error).toMatchObject({
      code: 'LEDGER_DAMAGED',
      details: { died: `was ended by ${signal}`, done: 120n },
    });
    expect((error as Error).message).toMatch(
      /^The process that read the files was ended by SIG\w+, after 120 of 400 transactions\. A page of data\.mdb .*`immurepo repair --path`.*restore a backup\.$/,
    );
  });

  it('by SIGKILL may have been, or used too much memory', async () => {
    const error = await outcomeOf(`process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 10_000);`);
    expect(error).toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect((error as Error).message).toMatch(
      /ended by SIGKILL, when it opened the files\. Either .*lack of memory.*or a damaged page/,
    );
  });

  it('by itself for lack of memory may have been, too', async () => {
    const error = await outcomeOf(`
      process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\\n');
      setTimeout(() => process.kill(process.pid, 'SIGABRT'), 100);`);
    expect((error as Error).message).toMatch(/ended by SIGABRT.*lack of memory/);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('by %s says nothing about the files', async (signal) => {
    const error = await outcomeOf(`process.kill(process.pid, '${signal}'); setTimeout(() => {}, 10_000);`);
    expect(error).toMatchObject({ code: 'ABORTED' });
  });

  it('by a mistake of ours shows the mistake', async () => {
    const error = await outcomeOf('nobody.knows();');
    expect(error).not.toBeInstanceOf(ImmuError);
    expect((error as Error).message).toMatch(/ended with code 1\. [^]*nobody is not defined/);
    const told = await outcomeOf(
      `tell({ kind: 'failed', failure: { message: 'TypeError: x\\n  at y', details: {} } });`,
    );
    expect(told).toEqual(new Error('TypeError: x\n  at y'));
  });

  it('because it cannot be started says so', async () => {
    await expect(runTask(task, { script: '/nowhere/script.mjs' })).rejects.toThrow(
      /ended with code 1\. [^]*Cannot find module/,
    );
  });
});

describe('a process that makes no progress', () => {
  // Long enough for a process to start on a busy machine.
  const slow = { stallMs: 3_000 };

  it.each([
    ['is silent', 'progress(7); setTimeout(() => {}, 20_000);'],
    ['says the same again and again', 'setInterval(() => progress(7), 20);'],
    ['hangs', 'progress(7); for (;;);'],
  ])('because it %s is ended', { timeout: 30_000 }, async (_, script) => {
    const error = await outcomeOf(script, slow);
    expect(error).toMatchObject({
      code: 'LEDGER_DAMAGED',
      details: { died: 'made no progress for 3 s', done: 7n },
    });
    expect((error as Error).message).toMatch(
      /after 7 of 400 transactions\. .*in a circle; on a very slow disk, allow it more time/,
    );
  });

  it('is not one that makes some', async () => {
    const script = `let at = 0; const timer = setInterval(() => { progress(++at); if (at === 30) { clearInterval(timer); tell({ kind: 'done', result: 42 }); } }, 150);`;
    expect(await outcomeOf(script, slow)).toBe(42);
  });
});

it('tells progress and faults as they come', async () => {
  const told: unknown[] = [];
  const result = await outcomeOf(
    `progress(1); tell({ kind: 'fault', fault: { txId: 1n, message: 'is missing' } }); progress(2); tell({ kind: 'done', result: 'end' });`,
    { onFault: (fault) => told.push(fault), onProgress: ({ done }) => told.push(done) },
  );
  expect(told).toEqual([1n, { txId: 1n, message: 'is missing' }, 2n]);
  expect(result).toBe('end');
});

it('can be ended early', async () => {
  const reason = new ImmuError('ABORTED', 'Enough.');
  const aborting = new AbortController();
  const outcome = outcomeOf('progress(1); setTimeout(() => {}, 20_000);', {
    signal: aborting.signal,
    onProgress: () => {
      aborting.abort(reason);
    },
  });
  expect(await outcome).toBe(reason);
  expect(await outcomeOf('setTimeout(() => {}, 20_000);', { signal: aborting.signal })).toBe(reason);
});

it('passes errors on as they are', async () => {
  const script = bundled('task-process');
  await expect(runTask(task, { script })).rejects.toMatchObject({
    name: 'ImmuError',
    code: 'LEDGER_MISSING',
    details: { path: '/nowhere' },
  });
});

it.skipIf(process.platform === 'win32')(
  'leaves no process behind when its own is ended',
  { timeout: 20_000 },
  async () => {
    const { spawn } = await import('node:child_process');
    const { toLine } = await import('../../../src/engine/maintenance/task.js');
    const folder = await temporaryFolder();
    // A parent that starts the task with a pipe, tells its id and is killed.
    const parent = join(folder, 'parent.mjs');
    await writeFile(
      parent,
      `
    import { spawn } from 'node:child_process';
    const child = spawn(process.execPath, [${JSON.stringify(join(folder, 'child.mjs'))}], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.once('data', () => console.log(child.pid));
    setTimeout(() => {}, 20_000);`,
    );
    // The real process, on a task that takes long: a copy of a file that never opens would end at once, so it only waits.
    await writeFile(
      join(folder, 'child.mjs'),
      `
    process.argv[2] = ${JSON.stringify(toLine(task))};
    const exit = process.exit;
    process.exit = (code) => { if (code === 1) exit(code); };
    await import(${JSON.stringify(bundled('task-process'))});
    setTimeout(() => {}, 20_000);`,
    );
    const running = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise<Buffer>((resolve) => running.stdout.once('data', resolve)));
    running.kill('SIGKILL');
    const isRunning = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    for (let tries = 0; isRunning() && tries < 100; tries++) await sleep(50);
    expect(isRunning()).toBe(false);
  },
);
