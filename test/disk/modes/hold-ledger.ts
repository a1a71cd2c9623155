// Opens a ledger when it is told to, and keeps it open.
import { ImmuError } from '../../../src/errors.js';
import { openLedger } from '../../../src/index.js';
import { Item, textOf } from '../../crash/entities.js';
import type { Mode } from '../worker.js';
import { described, tell } from './tell.js';

/** @param args the folder. Tells `got IDS ;` once it has it and wrote to it, or `refused PID CODE …`, and whether it holds it all the same */
export const holdLedger: Mode = async ([path = ''], orders) => {
  tell('ready');
  for await (const order of orders) {
    const [word, id = ''] = order.split(' ');
    if (word !== 'take') return;
    let holds = '';
    try {
      const ledger = await openLedger({ path, entities: [Item], timeoutMs: 2_000 });
      holds = ', and holds it';
      const items = ledger.repository(Item);
      await items.insert(items.create({ id, text: textOf(id), count: 0 }));
      tell(`got ${id} ;`);
    } catch (error) {
      const pid = error instanceof ImmuError ? error.details.pid : undefined;
      tell(`refused ${String(pid)} ${described(error)}${holds}`);
    }
  }
};
