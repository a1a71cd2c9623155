// Writes to a ledger, come what may, and reads what was acknowledged:
//
//   ready                  the program is loaded; it opens the ledger once it is sent a line
//   open | refused CODE …  whether it could
//   try IDS ;              about to be written, all or none; with the time on the line after it: at MS
//   done IDS ;             acknowledged
//   fail CODE IDS ;        refused, or UNKNOWN_OUTCOME
//   why CODE text          the first error of its kind
//   read ok | read CODE    what was acknowledged earlier was read again
//   mark                   answer to `mark`
//   closed | close CODE …  answer to `close`
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger, type Ledger, type Repository } from '../../../src/index.js';
import { Item, textOf } from '../../crash/entities.js';
import { nowMs } from '../process.js';
import type { Mode } from '../worker.js';
import { codeOf, described, tell } from './tell.js';

const WRITERS = 4;
/** After a failure. */
const PAUSE_MS = 15;
/** How long an outcome may stay unknown. */
const TIMEOUT_MS = 1_000;

/** @param args the folder, and a name for what this process writes */
export const writeLedger: Mode = async ([path = '', name = ''], orders) => {
  tell('ready');
  let ledger: Ledger | undefined;
  let isOver = false;
  let work: Promise<unknown> = Promise.resolve();
  for await (const order of orders) {
    if (order === 'mark') tell('mark');
    else if (order === 'open') {
      ledger = await openLedger({ path, entities: [Item], timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
        tell(`refused ${described(error)}`);
        return undefined;
      });
      if (ledger === undefined) continue;
      tell('open');
      work = writeAndRead(ledger.repository(Item), name, () => isOver);
    } else if (order === 'close') {
      isOver = true;
      await work;
      await ledger?.close().then(
        () => {
          tell('closed');
        },
        (error: unknown) => {
          tell(`close ${described(error)}`);
        },
      );
      return;
    }
  }
};

async function writeAndRead(items: Repository<Item>, name: string, isOver: () => boolean): Promise<void> {
  const done: string[] = [];
  const told = new Set<string>();
  const failed = (error: unknown) => {
    const code = codeOf(error);
    if (!told.has(code)) tell(`why ${described(error)}`);
    told.add(code);
    return code;
  };
  const write = async (writer: number) => {
    for (let round = 1; !isOver(); round++) {
      const id = `${name}.${writer}.${round}`;
      const ids = round % 3 === 0 ? ['a', 'b', 'c'].map((part) => `${id}.${part}`) : [id];
      tell(`try ${ids.join(' ')} ;\nat ${nowMs()}`);
      try {
        await items.insertMany(ids.map((each) => items.create({ id: each, text: textOf(each), count: 0 })));
        tell(`done ${ids.join(' ')} ;`);
        done.push(...ids);
      } catch (error) {
        tell(`fail ${failed(error)} ${ids.join(' ')} ;`);
        await sleep(PAUSE_MS);
      }
    }
  };
  const read = async () => {
    for (let round = 0; !isOver(); round++) {
      await sleep(5);
      const id = done[(round * 7) % Math.max(1, done.length)];
      if (id === undefined) continue;
      const outcome = await items
        .find(id)
        .then((item) => (item?.text === textOf(id) ? 'ok' : 'WRONG'), failed);
      tell(`read ${outcome}`);
    }
  };
  await Promise.all([...Array.from({ length: WRITERS }, (_, writer) => write(writer)), read()]);
}
