// The process that is killed. Eight writers save through the whole client; what they are about to write and what was
// acknowledged they tell at once, line by line:
//
//   ready                 the program is loaded; it opens the folder once it is sent a line
//   writing               the ledger is open
//   try  <kind> <ids>     about to be written
//   done <kind> <ids>     acknowledged
//
// Each line ends with a mark, so that one cut short by the kill is known.
import { writeSync } from 'node:fs';
import { once } from 'node:events';
import { openLedger, type Repository } from 'immurepo';
import { END } from './claims.js';
import { Item, textOf } from './entities.js';

const WRITERS = 8;
const [path = '', cycle = ''] = process.argv.slice(2);

const tell = (line: string) => writeSync(1, `${line} ${END}\n`);

/** Saves in turn one entity, three in one transaction, and an update of one that is kept. */
async function write(items: Repository<Item>, writer: number): Promise<never> {
  const kept = `${cycle}.${writer}.kept`;
  await told('one', [kept], () => items.insert(itemOf(items, kept)));
  for (let round = 1; ; round++) {
    const name = `${cycle}.${writer}.${round}`;
    if ((round + writer) % 3 === 0) {
      const ids = ['a', 'b', 'c'].map((part) => `${name}.${part}`);
      await told('three', ids, () => items.insertMany(ids.map((id) => itemOf(items, id))));
    } else if ((round + writer) % 3 === 1) await told('one', [name], () => items.insert(itemOf(items, name)));
    else await told(`count=${round}`, [kept], () => items.update(kept, { count: round }));
  }
}

async function told(kind: string, ids: readonly string[], work: () => Promise<unknown>): Promise<void> {
  tell(`try ${kind} ${ids.join(' ')}`);
  await work();
  tell(`done ${kind} ${ids.join(' ')}`);
}

const itemOf = (items: Repository<Item>, id: string) => items.create({ id, text: textOf(id), count: 0 });

tell('ready');
await once(process.stdin, 'data');
const ledger = await openLedger({ path, entities: [Item] });
const items = ledger.repository(Item);
tell('writing');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(items, writer)));
