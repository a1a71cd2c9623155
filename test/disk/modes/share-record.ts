// Moves a trust record on and keeps floors with it, together with others, come what may:
//
//   swap EPOCH TX ;    acknowledged
//   floor TX ;         acknowledged: the floor of this process's own key
//   fail CODE ;
import { setTimeout as sleep } from 'node:timers/promises';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { bank, draftAt } from '../../trust/support/records.js';
import { floorAt, floorsOf } from '../../trust/support/floors.js';
import type { Mode } from '../worker.js';
import { codeOf, described, tell } from './tell.js';

const MAX_FLOORS = 1_000;

/** @param args the directory, and the key of this process */
export const shareRecord: Mode = async ([directory = '', key = '']) => {
  const store = new FileTrustStore({ directory });
  const told = new Set<string>();
  tell('ready');
  for (let round = 0; ; round++) {
    try {
      const record = await store.load(bank);
      if (record === undefined) throw new Error('the record is called missing');
      const next = await store.replace(bank, record.epoch, draftAt(record.head.txId + 1n));
      tell(`swap ${next.epoch} ${String(next.head.txId)} ;`);
      if (round % 4 > 0) continue;
      await store.saveFloors(bank, floorsOf([floorAt(key, next.head.txId)]), MAX_FLOORS);
      tell(`floor ${String(next.head.txId)} ;`);
    } catch (error) {
      const code = codeOf(error);
      tell(`fail ${code} ;`);
      if (!told.has(code)) tell(`why ${described(error)}`);
      told.add(code);
      await sleep(Math.random() * 30);
    }
  }
};
