// That the entries listed with a transaction are all of it, in order, and nothing else.

import { equalBytes, toMapKey } from '../../bytes.js';
import { entryDigest, MAX_STORED_KEY_BYTES } from '../layout/entry.js';
import { sha256 } from '../layout/hash.js';
import type { TxHeader } from '../layout/tx-header.js';
import { rootFromDigests } from './entry-tree.js';
import { failure } from './failure.js';
import { MAX_TX_ENTRIES } from './limits.js';
import { malformed, parseBytes, parseDigest, parseInteger, parseList, parseMessage } from './parse-fields.js';
import { parseKeyMetadata } from './parse-metadata.js';
import type { ProvenTxEntry } from './proven.js';
import type { RawTx, RawTxEntry } from './raw.js';

const MAX_I32 = 0x7fff_ffff;

/**
 * Rebuilds a transaction's eH from the entries it is listed with.
 *
 * @param raw untrusted
 * @param header proven
 * @returns the entries, now proven
 * @throws VerificationError if they are not exactly those, if a key appears twice, if a value shown with an entry is
 *   not its value, or if resolved entries are shown, which nothing can prove
 */
export function verifyAllEntries(raw: RawTx, header: TxHeader): readonly ProvenTxEntry[] {
  requireNoneResolved(raw);
  const listed = parseList(raw.entries, 'tx.entries', MAX_TX_ENTRIES);
  if (listed.length !== header.nentries) {
    throw failure('PROOF_INVALID', {
      check: 'number of entries listed',
      txId: header.id,
      expected: header.nentries,
      found: listed.length,
    });
  }
  const entries = parseEntries(listed, header);
  const found = rootFromDigests(entries.map(({ digest }) => digest));
  if (!equalBytes(found, header.eH)) {
    throw failure('PROOF_INVALID', {
      check: 'root over the entries listed',
      txId: header.id,
      expected: header.eH,
      found,
    });
  }
  return entries;
}

/**
 * Checks the entries of a filtered transaction as far as they can be: none of them is proven to belong to it unless
 * all are listed, but each must be consistent in itself.
 *
 * @param raw untrusted
 * @param header proven
 * @throws VerificationError
 */
export function verifySomeEntries(raw: RawTx, header: TxHeader): void {
  const listed = parseList(raw.entries, 'tx.entries', MAX_TX_ENTRIES);
  if (listed.length > header.nentries) {
    throw failure('PROOF_INVALID', {
      check: 'number of entries listed',
      txId: header.id,
      expected: `at most ${header.nentries}`,
      found: listed.length,
    });
  }
  if (listed.length === header.nentries) verifyAllEntries({ ...raw, kvEntries: [], zEntries: [] }, header);
  else parseEntries(listed, header);
}

/** The entry's length of value, which no hash covers, against a value that is known. */
export function requireValueLength(raw: RawTx, index: number, storedBytes: number, txId: bigint): void {
  const found = raw.entries[index]?.vLen;
  if (found === storedBytes) return;
  throw failure('BINDING_MISMATCH', {
    check: `length of the value of entry ${index}`,
    txId,
    expected: storedBytes,
    found,
  });
}

function parseEntries(listed: readonly RawTxEntry[], header: TxHeader): ProvenTxEntry[] {
  const seen = new Set<string>();
  // Array.from, as map would pass over holes.
  return Array.from(listed, (raw, index) => {
    const entry = parseEntry(raw, header, index);
    const name = toMapKey(entry.key);
    if (seen.has(name)) {
      throw failure('PROOF_INVALID', {
        check: `key of entry ${index}`,
        txId: header.id,
        expected: 'a key not listed before',
        found: entry.key,
      });
    }
    seen.add(name);
    return entry;
  });
}

function parseEntry(raw: RawTxEntry | undefined, header: TxHeader, index: number): ProvenTxEntry {
  const where = `tx.entries[${index}]`;
  const message = parseMessage(raw, where);
  const key = new Uint8Array(parseBytes(message.key, `${where}.key`));
  if (key.length === 0 || key.length > MAX_STORED_KEY_BYTES)
    throw malformed(`${where}.key`, '1 to 65535 bytes', key);
  const metadata = parseKeyMetadata(message.metadata, `${where}.metadata`);
  const hValue = parseDigest(message.hValue, `${where}.hValue`);
  const vLen = parseInteger(message.vLen, `${where}.vLen`, 0, MAX_I32);
  const value = parseBytes(message.value, `${where}.value`);
  if (value.length > 0 && (value.length !== vLen || !equalBytes(sha256(value), hValue))) {
    throw failure('PROOF_INVALID', {
      check: `value of entry ${index}`,
      txId: header.id,
      expected: hValue,
      found: sha256(value),
    });
  }
  return { key, metadata, hValue, digest: entryDigest(header.version, key, metadata, hValue) };
}

function requireNoneResolved(raw: RawTx): void {
  for (const name of ['kvEntries', 'zEntries'] as const) {
    const resolved = raw[name];
    if (resolved === undefined || parseList(resolved, `tx.${name}`, MAX_TX_ENTRIES).length === 0) continue;
    throw malformed(`tx.${name}`, 'no resolved entries, as none were asked for', resolved.length);
  }
}
