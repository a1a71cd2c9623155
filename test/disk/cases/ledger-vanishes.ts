// The folder of a ledger is taken away while it is written to. No write is acknowledged that is not in the folder that
// was opened, nothing is written to what stands in its place, and what was acknowledged is there once it is back.
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimsOf } from '../claims.js';
import type { Context, DiskCase } from '../context.js';
import type { Disk } from '../disk.js';
import { nowMs, type Spoken } from '../process.js';

const WAYS = [
  'moved',
  'removed',
  'replaced by another',
  'replaced by an empty one',
  'unmounted',
  'rows removed',
] as const;
type Way = (typeof WAYS)[number];

/** `ledger-vanishes` */
export const ledgerVanishes: DiskCase = {
  name: 'ledger-vanishes',
  needs: 'mount',
  run: async (context, cycle) => {
    const way = WAYS[cycle % WAYS.length]!;
    const disk = context.disk(32 << 20);
    const path = join(disk.path, 'ledger');
    const other = way === 'replaced by another' ? await anotherLedger(context, disk) : undefined;
    const worker = await writing(context, path, `c${cycle}`);
    await sleep(context.between(50, 300));
    takeAway(way, disk, path, other);
    const goneAt = nowMs();
    // A ledger that has lost its rows still has its trust records, and keeps them.
    const place = way === 'rows removed' ? join(path, 'databases') : path;
    const [before, inPlace] = [worker.lines.length, hashOf(place)];
    await worker.line(/^fail /, before);
    await sleep(context.between(100, 600));
    worker.send('close');
    const ended = await worker.line(/^close/, before);
    if (ended === undefined) throw new Error(`It ended: ${String(await worker.ended)} ${worker.errors}`);

    const late = writtenAfter(worker, goneAt);
    if (late !== undefined) throw new Error(`${way}, and then ${late}`);
    const unnamed = worker.lines.find((text) => /^(?:fail|read|why|close) UNNAMED|^read WRONG/.test(text));
    if (unnamed !== undefined) throw new Error(unnamed);
    if (hashOf(place) !== inPlace)
      throw new Error(
        `${way}: something was written to what stands in its place: ${listOf(place).join(' ')}`,
      );
    const acknowledged = claimsOf(worker.lines).filter(({ outcome }) => outcome === 'done').length;
    const lost = await judge(context, way, path, worker);
    return { 'taken away': 1, acknowledged, 'acknowledged afterwards': 0, lost, 'begun anew': 0 };
  },
};

async function anotherLedger(context: Context, disk: Disk): Promise<string> {
  const path = join(disk.path, 'other');
  const holder = context.worker('hold-ledger', [path]);
  await holder.line(/^ready/);
  holder.send('take another');
  await holder.line(/^got /);
  holder.send('end');
  await holder.ended;
  return path;
}

async function writing(context: Context, path: string, name: string): Promise<Spoken> {
  const worker = context.worker('write-ledger', [path, name]);
  await worker.line(/^ready/);
  worker.send('open');
  await worker.line(/^done /);
  return worker;
}

/** A write that was begun later and acknowledged. */
function writtenAfter(worker: Spoken, timeMs: number): string | undefined {
  const begun = new Map<string, number>();
  for (const [at, line] of worker.lines.entries()) {
    const [word = '', name = ''] = line.split(/ (.*)/);
    if (word === 'try') begun.set(name, Number(worker.lines[at + 1]?.slice('at '.length)));
    else if (word === 'done' && (begun.get(name) ?? 0) > timeMs) return line;
  }
  return undefined;
}

function takeAway(way: Way, disk: Disk, path: string, other: string | undefined): void {
  if (way === 'unmounted') disk.unmount();
  else if (way === 'removed') removed(path);
  else if (way === 'rows removed') removed(join(path, 'databases'));
  else {
    renameSync(path, `${path}.away`);
    if (way === 'replaced by an empty one') mkdirSync(path);
    if (other !== undefined) renameSync(other, path);
  }
}

/** In one step, and then for good: files come and go in it meanwhile. */
function removed(path: string): void {
  renameSync(path, `${path}.removed`);
  rmSync(`${path}.removed`, { recursive: true, force: true, maxRetries: 5 });
}

/** Puts it back where that can be, and looks what is in it. */
async function judge(context: Context, way: Way, path: string, worker: Spoken): Promise<number> {
  if (way === 'unmounted' || way === 'removed') {
    if (existsSync(path)) throw new Error(`${way}: something was made in its place`);
    return 0;
  }
  if (way === 'rows removed') {
    const verified = await context.command('verify', '--path', path, '--json');
    if (verified.exit !== 3 || !verified.out.includes('its rows are gone'))
      throw new Error(
        `The rows are gone, and verify says ${String(verified.exit)}: ${verified.out} ${verified.errors}`,
      );
    const holder = context.worker('hold-ledger', [path]);
    await holder.line(/^ready/);
    holder.send('take anew');
    const answer = await holder.line(/^(?:got|refused)/);
    if (!/LEDGER_(?:MISSING|DAMAGED)/.test(answer ?? ''))
      throw new Error(`The rows are gone, and it opens: ${String(answer)}`);
    return 0;
  }
  rmSync(path, { recursive: true, force: true });
  renameSync(`${path}.away`, path);
  const file = join(context.folder, 'claims.json');
  writeFileSync(file, JSON.stringify(claimsOf(worker.lines)));
  const checker = context.worker('check-ledger', [path, file]);
  const verdict = await checker.line(/^(?:right|wrong)/);
  if (verdict?.startsWith('right ') !== true)
    throw new Error(`${way}, and put back: ${String(verdict)} ${checker.errors}`);
  return 0;
}

function listOf(path: string): string[] {
  return existsSync(path) ? readdirSync(path, { recursive: true }).map(String).sort() : [];
}

/** Of all names and bytes. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  for (const name of listOf(path)) {
    hash.update(name);
    const each = join(path, name);
    if (lstatSync(each).isFile()) hash.update(readFileSync(each));
  }
  return hash.digest('hex');
}
