// immurepo trust recover: what an operator does about a damaged record, a latch, or a server restored from a backup.

import { ImmuError } from '../errors.js';
import type { FileTrustStore } from '../trust/file-store.js';
import { MemoryTrustStore } from '../trust/memory-store.js';
import type { TrustDraft } from '../trust/record.js';
import { trustRecordJson } from '../trust/record-text.js';
import type { TrustId } from '../trust/store.js';
import { describeTrustId } from '../trust/trust-id.js';
import { type Arguments, UsageError } from './arguments.js';
import type { Command } from './command.js';
import { recordLines } from './record-report.js';
import type { Terminal } from './terminal.js';
import { PIN_OPTIONS, pinOf } from './trust-pinned.js';
import { chosenId, DIRECTORY_OPTION, RECORD_OPTIONS, storeOf } from './trust-place.js';
import { anchorOf, atServer, SERVER_OPTIONS } from './trust-server.js';

/** `immurepo trust recover` */
export const trustRecover: Command = {
  name: 'trust recover',
  about: 'Give up a record and trust another state, with a reason that is kept',
  details: [
    'For a record that is damaged, latched, or ahead of a server restored from a backup. Find out why first: this is',
    'what an attacker would like you to run. Say what to trust instead: --epoch, --tx with --alh, or --from-server.',
  ],
  options: {
    reason: { value: 'TEXT', about: 'why, for whoever audits it later' },
    epoch: { value: 'N', about: 'trust the record of that epoch again; the last eight are kept' },
    ...PIN_OPTIONS,
    'from-server': { about: 'trust what the server shows now (with --url, --key)' },
    ...RECORD_OPTIONS,
    ...DIRECTORY_OPTION,
    ...SERVER_OPTIONS,
  },
  run: async (given, terminal) => {
    const reason = given.required('reason');
    const store = storeOf(given);
    const id = await chosenId(given, store);
    const draft = await replacement(given, terminal, store, id);
    const record = await store.recover(id, draft, reason);
    return { json: trustRecordJson(record), lines: recordLines(terminal, record) };
  },
};

/** What to trust instead, from exactly one source. */
async function replacement(
  given: Arguments,
  terminal: Terminal,
  store: FileTrustStore,
  id: TrustId,
): Promise<TrustDraft> {
  const pin = pinOf(given);
  const epoch = given.number('epoch');
  const kept = await store.kept(id);
  const sources = [pin, epoch, given.has('from-server') || undefined].filter(
    (source) => source !== undefined,
  );
  if (sources.length !== 1) {
    const epochs = kept
      .map((record) => `${record.epoch} (transaction ${String(record.head.txId)})`)
      .join(', ');
    throw new UsageError(
      `say what to trust instead, by one of --epoch, --tx with --alh, --from-server; readable epochs of ` +
        `${describeTrustId(id)}: ${epochs || 'none'}`,
    );
  }
  if (pin !== undefined) {
    const { keyId, serverUuid } = kept[0] ?? { keyId: undefined, serverUuid: undefined };
    return { keyId, serverUuid, origin: 'pinned', head: pin, observedAt: new Date().toISOString() };
  }
  if (epoch === undefined) return fromServer(given, terminal, id);
  const chosen = kept.find((record) => BigInt(record.epoch) === epoch);
  if (chosen !== undefined) return chosen;
  throw new ImmuError(
    'TRUST_MISSING',
    `No record of epoch ${String(epoch)} can be read for ${describeTrustId(id)}.`,
  );
}

/** What the server shows, checked as at a first contact and stored nowhere yet. */
async function fromServer(given: Arguments, terminal: Terminal, id: TrustId): Promise<TrustDraft> {
  const trust = { ...(await anchorOf(given)), store: new MemoryTrustStore(), ledgerId: id.ledgerId };
  return atServer(given, terminal, trust, async ({ id: { database }, prove }) => {
    if (database === id.database) return prove();
    throw new UsageError(`the URL leads to database "${database}", but the record is of "${id.database}"`);
  });
}
