// A transaction header off the network: every field in range, hashed at once, so that nothing of it is used before
// it is known what commits to it.

import { equalBytes } from '../../bytes.js';
import { DIGEST_BYTES, EMPTY_HASH } from '../layout/hash.js';
import { alhOf, type HeaderVersion, type TxHeader } from '../layout/tx-header.js';
import { failure } from './failure.js';
import { MAX_TX_ENTRIES } from './limits.js';
import {
  malformed,
  parseDigest,
  parseInteger,
  parseMessage,
  parseSeconds,
  parseTxId,
} from './parse-fields.js';
import { parseTxMetadata } from './parse-metadata.js';
import type { RawTxHeader } from './raw.js';

/** A header and its hash. The header is what the hash commits to; whether the hash is to be trusted is open. */
export interface HashedHeader {
  readonly header: TxHeader;
  readonly alh: Uint8Array;
}

/** The field of a header that counts entries has two bytes in version 0. */
const MAX_ENTRIES_V0 = 0xffff;

const NO_ROOT = new Uint8Array(DIGEST_BYTES);

/**
 * Reads and hashes a header.
 *
 * @param where the header's name in the answer
 * @param linearAdvance by how many transactions its tree may lag behind, ≥ 0
 * @throws VerificationError MALFORMED_PROOF for a field out of shape, PROOF_TOO_LARGE for too many entries,
 *   PROOF_INVALID for a header no server of version 1.4 or later writes
 */
export function parseHeader(raw: RawTxHeader | undefined, where: string, linearAdvance = 0): HashedHeader {
  const message = parseMessage(raw, where);
  const id = parseTxId(message.id, `${where}.id`, 1n);
  const version = parseVersion(message.version, where);
  const header: TxHeader = {
    id,
    prevAlh: parseDigest(message.prevAlh, `${where}.prevAlh`),
    ts: parseSeconds(message.ts, `${where}.ts`),
    version,
    nentries: parseEntryCount(message.nentries, version, id, where),
    eH: parseDigest(message.eH, `${where}.eH`),
    blTxId: parseTxId(message.blTxId, `${where}.blTxId`, 0n),
    blRoot: parseDigest(message.blRoot, `${where}.blRoot`),
    metadata: parseTxMetadata(message.metadata, `${where}.metadata`),
  };
  requireLinked(header, where, linearAdvance);
  return { header, alh: alhOf(header) };
}

function parseVersion(value: unknown, where: string): HeaderVersion {
  if (value === 0 || value === 1) return value;
  throw malformed(`${where}.version`, '0 or 1', value);
}

function parseEntryCount(value: unknown, version: HeaderVersion, txId: bigint, where: string): number {
  const nentries = parseInteger(value, `${where}.nentries`, 0, version === 0 ? MAX_ENTRIES_V0 : 0x7fff_ffff);
  if (nentries <= MAX_TX_ENTRIES) return nentries;
  throw failure('PROOF_TOO_LARGE', {
    check: 'number of entries',
    txId,
    expected: `at most ${MAX_TX_ENTRIES}`,
    found: nentries,
  });
}

/**
 * What every header says of the transactions before it: all of them are in its tree, but for those that may be missing
 * there, and before the first is nothing.
 */
function requireLinked(header: TxHeader, where: string, linearAdvance: number): void {
  const { id, blTxId, blRoot, prevAlh, version, metadata } = header;
  if (blTxId > id - 1n || id - 1n - blTxId > BigInt(linearAdvance)) {
    throw failure('PROOF_INVALID', {
      check: `transactions in the tree of ${where}`,
      txId: id,
      expected: linearAdvance === 0 ? id - 1n : `${String(id - 1n)}, or up to ${linearAdvance} less`,
      found: blTxId,
      hint:
        'Servers older than 1.4 wrote such headers. If this history was begun by one, say so by ' +
        'trust: { linearAdvance }, with the number of transactions its trees may lag behind.',
    });
  }
  if (id === 1n && !equalBytes(blRoot, NO_ROOT)) {
    throw failure('PROOF_INVALID', {
      check: `root before the first transaction`,
      txId: id,
      expected: NO_ROOT,
      found: blRoot,
    });
  }
  if (id === 1n && !equalBytes(prevAlh, EMPTY_HASH)) {
    throw failure('PROOF_INVALID', {
      check: `alh before the first transaction`,
      txId: id,
      expected: EMPTY_HASH,
      found: prevAlh,
    });
  }
  if (version === 0 && Object.keys(metadata).length > 0) {
    throw malformed(`${where}.metadata`, 'none in a header of version 0, which hashes none', 'some');
  }
}
