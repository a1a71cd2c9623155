// One call to a trust store for each line it is sent, and what came of it: `EPOCH TX`, `none`, `ok` or an error.
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { bank, draftAt } from '../../trust/support/records.js';
import { floorAt, floorsOf } from '../../trust/support/floors.js';
import type { Mode } from '../worker.js';
import { described, tell } from './tell.js';

/** @param args the directory */
export const keepTrust: Mode = async ([directory = ''], orders) => {
  const store = new FileTrustStore({ directory });
  tell('ready');
  let epoch = 0;
  for await (const order of orders) {
    const [word, number = '0'] = order.split(' ');
    const tx = BigInt(number);
    try {
      if (word === 'floors') {
        await store.saveFloors(bank, floorsOf([floorAt('key', tx)]), 10);
        tell('told ok');
        continue;
      }
      if (word === 'floor') {
        tell(`told ${String((await store.loadFloors(bank))?.floors[0]?.txId ?? 'none')}`);
        continue;
      }
      const record =
        word === 'create'
          ? await store.create(bank, draftAt(tx))
          : word === 'replace'
            ? await store.replace(bank, epoch, draftAt(tx))
            : word === 'recover'
              ? await store.recover(bank, draftAt(tx), 'a test')
              : await store.load(bank);
      epoch = record?.epoch ?? epoch;
      tell(record === undefined ? 'told none' : `told ${record.epoch} ${String(record.head.txId)}`);
    } catch (error) {
      tell(`told ${described(error)}`);
    }
  }
};
