// Tampers with an order, as somebody would who can write to the disk: npm run example:tamper -- [--order PO-000123] [--undo]
// It may be done while the service runs.

import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { patchFile } from './patch-file.js';
import {
  dataFileOf,
  forgedRow,
  storedLedger,
  type StoredLedger,
  type StoredOrder,
  totalOf,
} from './stored-orders.js';

/** What was done, kept beside the ledger so that it can be undone. */
interface Deed {
  readonly order: string;
  /** Bytes as hex. */
  readonly before: string;
  readonly after: string;
}

/** Something that cannot be done, as a sentence. */
class Refused extends Error {}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { order: { type: 'string' }, undo: { type: 'boolean', default: false } },
  });
  if (process.env.LEDGER_URL !== undefined)
    throw new Refused(
      'LEDGER_URL is set: the ledger is on a server, and its files are not here to be tampered with.',
    );
  const ledgerPath = resolve(process.env.LEDGER_PATH ?? 'examples/approvals/data/ledger');
  const dataFile = dataFileOf(ledgerPath);
  if (dataFile === undefined)
    throw new Refused(
      `There is no ledger in ${ledgerPath}. Start the example first, or name its folder by LEDGER_PATH.`,
    );
  const kept = `${ledgerPath}.tampered.json`;
  await (values.undo ? undo(dataFile, kept) : tamper(dataFile, kept, values.order));
}

async function tamper(dataFile: string, kept: string, number: string | undefined): Promise<void> {
  const deeds = await deedsIn(kept);
  const ledger = await storedLedger(dataFile);
  if (ledger.orders.length === 0)
    throw new Refused(`The ledger in ${dataFile} has no purchase orders: it is left alone.`);
  const order = chosen(ledger, number, new Set(deeds.map((deed) => deed.order)));
  const { unitPrice } = order.content.lines[0]!;
  const changed = `${unitPrice.startsWith('9') ? '1' : '9'}${unitPrice.slice(1)}`;
  const forged = forgedRow(order, priceText(unitPrice), priceText(changed));
  const deed = { order: order.number, before: order.row.toString('hex'), after: forged.toString('hex') };
  // First, so that it can be undone whatever happens.
  await writeFile(kept, JSON.stringify([...deeds, deed]));
  if ((await patchFile(dataFile, order.row, forged)) === 0)
    throw new Refused('The service changed the file meanwhile, and nothing was done. Try again.');
  const now = (await storedLedger(dataFile)).orders.find((one) => one.number === order.number);
  if (now?.row.equals(forged) !== true)
    throw new Refused(
      `${order.number} was changed by the service meanwhile. Undo it by --undo, and try again.`,
    );
  tell(order, now, dataFile);
  if (isLookedAtByEngine(order, ledger)) console.log(ENGINE_LOOKS);
}

function tell(before: StoredOrder, after: StoredOrder, dataFile: string): void {
  const [was, is] = [before, after].map(({ content }) => content.lines[0]!.unitPrice);
  console.log(`Tampered with ${before.number}, in ${dataFile}:

  ${before.content.lines[0]!.product}
  unit price   ${was!}  →  ${is!}
  total        ${totalOf(before)}  →  ${totalOf(after)}

These are ${String(differences(before.row, after.row))} bytes of the value that transaction ${String(before.txId)} stored, and of the checksum beside it. The checksum
finds accidents and had to be made anew, for which no secret is needed: it is documented. Nothing else was touched, and the service was
not asked. It may be running; it keeps no values, and reads these bytes the next time.

What was not changed is the hash of that value in the transaction, since everything that came after it commits to that. So the
service finds that what it reads is not what was committed:

  on the page           ${before.number} is marked as tampered with, without its content, and so is the whole ledger
  GET /api/orders       the order is there by its number only, and all others are as before
  GET /health           503, until the service is started again

Put the bytes back by: npm run example:tamper -- --undo`);
}

async function undo(dataFile: string, kept: string): Promise<void> {
  const deeds = await deedsIn(kept);
  if (deeds.length === 0) throw new Refused('Nothing was tampered with, so there is nothing to undo.');
  for (const { order, before, after } of deeds.reverse()) {
    const places = await patchFile(dataFile, Buffer.from(after, 'hex'), Buffer.from(before, 'hex'));
    console.log(places > 0 ? `${order} is as it was.` : `${order} was as it was already.`);
  }
  await rm(kept);
  console.log(
    'The service shows it again at once. That a check has failed it tells until it is started again.',
  );
}

/** The one that was named, or an approved one that gets much dearer. */
function chosen(
  ledger: StoredLedger,
  number: string | undefined,
  tamperedWith: ReadonlySet<string>,
): StoredOrder {
  const { orders } = ledger;
  if (number !== undefined) {
    if (tamperedWith.has(number))
      throw new Refused(`${number} was tampered with already. Undo that first, by --undo.`);
    const named = orders.find((one) => one.number === number);
    if (named === undefined) throw new Refused(`There is no order ${number} in this ledger.`);
    return named;
  }
  const dearer = (one: StoredOrder) =>
    one.content.lines[0]!.unitPrice.startsWith('9') ? 0 : totalOf(one).length;
  const approved = orders.filter(
    ({ content, number }) => content.status === 'approved' && !tamperedWith.has(number),
  );
  const inPeace = approved.filter((one) => !isLookedAtByEngine(one, ledger));
  const best = inPeace.sort((a, b) => dearer(b) - dearer(a))[0];
  if (best === undefined)
    throw new Refused('There is no approved order to choose. Name one: --order PO-000123.');
  return best;
}

/** How many of the newest transactions an embedded ledger looks at when it is opened. */
const LOOKED_AT = 4n;

const ENGINE_LOOKS = `
The transaction is one of the newest ${String(LOOKED_AT)}. Those the embedded ledger itself looks at when it is opened: if the service is started now,
it will not get as far as a proof, and say LEDGER_DAMAGED.`;

function isLookedAtByEngine({ txId }: StoredOrder, { newestTxId }: StoredLedger): boolean {
  return txId > newestTxId - LOOKED_AT;
}

function priceText(unitPrice: string): string {
  return `"unitPrice":"${unitPrice}"`;
}

function differences(a: Buffer, b: Buffer): number {
  return a.filter((byte, index) => byte !== b[index]).length;
}

async function deedsIn(file: string): Promise<Deed[]> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Deed[]) : [];
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Refused ? error.message : error);
  process.exitCode = 1;
}
