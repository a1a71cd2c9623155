// Many processes move one record and its floors on, on a disk that fills up again and again, and some are killed.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { directoryName, isTemporaryName, FLOORS, RECORDS } from '../../../src/trust/file-layout.js';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { fromUtf8 } from '../../../src/bytes.js';
import { bank, draftAt } from '../../trust/support/records.js';
import type { Context, DiskCase, Figures } from '../context.js';
import type { Disk } from '../disk.js';
import type { Spoken } from '../process.js';

const STEPS = 12;
const NAMED = /^fail TRUST_(?:STORE_FAILED|CONFLICT) ;$/;

/** `trust-shared` */
export const trustShared: DiskCase = {
  name: 'trust-shared',
  needs: 'mount',
  run: async (context) => {
    const disk = context.disk(512 * 1024);
    const directory = join(disk.path, 'trust');
    await new FileTrustStore({ directory }).create(bank, draftAt(1n));
    const all: { readonly key: string; readonly worker: Spoken }[] = [];
    const start = () => {
      const key = `key ${all.length}`;
      all.push({ key, worker: context.worker('share-record', [directory, key]) });
      return all.at(-1)!;
    };
    const running = Array.from({ length: context.processes }, start);
    await Promise.all(running.map(({ worker }) => worker.line(/^swap /)));
    let killed = 0;
    for (let step = 0; step < STEPS; step++) {
      await trouble(context, disk);
      if (context.random() < 0.5) continue;
      const at = context.between(0, running.length - 1);
      await running[at]!.worker.kill();
      killed++;
      running[at] = start();
    }
    disk.makeRoom();
    // Whatever was in the way: with room all go on.
    const from = running.map(({ worker }) => worker.lines.length);
    await Promise.all(running.map(({ worker }, at) => worker.line(/^swap /, from[at])));
    for (const { worker } of running) await worker.kill();
    return { ...(await judge(directory, all)), killed };
  },
};

async function trouble(context: Context, disk: Disk): Promise<void> {
  if (context.random() < 0.6) disk.fill(context.oneOf([0, 0, 4_096, 16_384]));
  await sleep(context.between(5, 60));
  disk.makeRoom();
  await sleep(context.between(5, 60));
}

async function judge(
  directory: string,
  all: readonly { readonly key: string; readonly worker: Spoken }[],
): Promise<Figures> {
  const told = all.flatMap(({ worker }) => worker.lines.filter((text) => text.endsWith(' ;')));
  const swaps = told.filter((text) => text.startsWith('swap ')).map((text) => text.split(' ').map(Number));
  const unnamed = told.find((text) => text.startsWith('fail ') && !NAMED.test(text));
  if (unnamed !== undefined) throw new Error(`An error without a name: ${unnamed}`);
  const epochs = new Set(swaps.map(([, epoch]) => epoch!));
  if (epochs.size !== swaps.length) throw new Error('Two processes were told of one epoch.');
  const store = new FileTrustStore({ directory });
  const record = await store.load(bank);
  if (record === undefined) throw new Error('The record is gone.');
  for (const [, epoch = 0, tx = 0] of swaps) {
    if (epoch > record.epoch || tx > Number(record.head.txId))
      throw new Error(
        `Epoch ${epoch}, transaction ${tx} was acknowledged, and the record is at ${record.epoch}.`,
      );
    if (tx > epoch) throw new Error(`Transaction ${tx} in epoch ${epoch}: somebody went back.`);
  }
  const floors = new Map(
    (await store.loadFloors(bank))?.floors.map(({ key, txId }) => [fromUtf8(key), Number(txId)]),
  );
  let floorsTold = 0;
  for (const { key, worker } of all) {
    const mine = worker.lines.flatMap((text) =>
      /^floor \d+ ;$/.test(text) ? [Number(text.split(' ')[1])] : [],
    );
    floorsTold += mine.length;
    const newest = Math.max(0, ...mine);
    if ((floors.get(key) ?? 0) < newest)
      throw new Error(
        `The floor of ${key} was acknowledged at ${newest}, and is ${String(floors.get(key))}.`,
      );
  }
  const next = await store.replace(bank, record.epoch, draftAt(record.head.txId + 1n));
  if (next.epoch !== record.epoch + 1) throw new Error('It does not go on.');
  const litter = readdirSync(join(directory, directoryName(bank))).filter(
    (name) => isTemporaryName(RECORDS, name) || isTemporaryName(FLOORS, name),
  );
  const refused = told.filter((text) => text === 'fail TRUST_STORE_FAILED ;').length;
  return {
    acknowledged: swaps.length,
    'floors acknowledged': floorsTold,
    lost: 0,
    backward: 0,
    refused,
    litter: litter.length,
  };
}
