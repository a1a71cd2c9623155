// Reads a whole ledger as an application does, again and again, each time with another bit of it flipped, and tells what
// it read. One line in, one line out; a crash is told by there being none.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ImmuError, openLedger, VerificationError } from 'immurepo';
import { Account } from '../../../repository/entities.js';

/** One bit of one file of a ledger. */
export interface FlippedBit {
  readonly file: string;
  readonly offset: number;
  readonly bit: number;
}

/** What was read, or the error that was met. */
export type Reading =
  { readonly accounts: string } | { readonly code: string } | { readonly unnamed: string };

const [mode = '', path = '', pristine = ''] = process.argv.slice(2);

/** Everything there is, as text. */
async function readAll(folder: string): Promise<string> {
  const ledger = await openLedger({ path: folder, entities: [Account] });
  try {
    const accounts = ledger.repository(Account);
    const texts: string[] = [];
    const shown = (account: Account | undefined) => account && `${account.email} ${String(account.balance)}`;
    for (let at = 0; at < ACCOUNTS; at++) {
      const found = await accounts.find(`account ${at}`);
      const history = await accounts.history(`account ${at}`);
      texts.push(
        `${shown(found)}: ${history.map(({ revision, entity }) => `${String(revision)} ${shown(entity)}`).join()}`,
      );
    }
    texts.push(String(await accounts.exists('nobody')));
    return texts.join('\n');
  } finally {
    await ledger.close();
  }
}

/** How many accounts there are. */
const ACCOUNTS = 12;

async function fill(): Promise<void> {
  const ledger = await openLedger({ path, entities: [Account] });
  const accounts = ledger.repository(Account);
  for (let at = 0; at < ACCOUNTS; at++)
    await accounts.insert(accounts.create({ id: `account ${at}`, email: `${at}@example.com`, balance: 0n }));
  for (let round = 1n; round < 3n; round++) {
    for (let at = 0; at < ACCOUNTS; at++) await accounts.update(`account ${at}`, { balance: round });
  }
  await ledger.close();
}

async function reading(): Promise<Reading> {
  try {
    return { accounts: await readAll(path) };
  } catch (error) {
    if (error instanceof ImmuError || error instanceof VerificationError) return { code: error.code };
    return { unnamed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function flip({ file, offset, bit }: FlippedBit): void {
  const bytes = readFileSync(join(path, file));
  bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << bit), offset);
  writeFileSync(join(path, file), bytes);
}

const tell = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

if (mode === 'fill') {
  await fill();
  tell({ accounts: await readAll(path) });
} else {
  tell('ready');
  for await (const line of createInterface(process.stdin)) {
    rmSync(path, { recursive: true, force: true });
    cpSync(pristine, path, { recursive: true });
    flip(JSON.parse(line) as FlippedBit);
    const read = await reading();
    tell(read);
  }
}
