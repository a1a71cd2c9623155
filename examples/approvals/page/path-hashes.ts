// The browser's own arithmetic: every hash between the stored bytes of a revision and the trusted state, computed again
// with WebCrypto from what is hashed. Nothing here asks the service for a verdict. Knows no document, so that it also
// runs in tests.
import type { MerklePath, PathHeader, PathKeyMetadata, PathStep } from './path-types.js';
import { siblingRanges } from './path-ranges.js';

/** What recomputing found. */
export interface Recomputed {
  /** How many hashes were computed. */
  readonly hashes: number;
  /** What does not fit, in plain words; none when everything matches. */
  readonly mismatches: readonly string[];
}

const HASH = /^[0-9a-f]{64}$/;

/** Bytes of hexadecimal text. @param text as the API writes it @throws RangeError for anything else */
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError('not hexadecimal');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Hexadecimal text. @param bytes any */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Computes the whole path again.
 *
 * @param path as the service answered it, believed in nothing
 */
export async function recompute(path: MerklePath): Promise<Recomputed> {
  const run = new Recomputation();
  try {
    await run.path(path);
  } catch (error) {
    run.mismatches.push(`The service's answer cannot be read as a path (${String(error)}).`);
  }
  return run;
}

class Recomputation implements Recomputed {
  hashes = 0;
  readonly mismatches: string[] = [];

  async path(path: MerklePath): Promise<void> {
    const { entry, transaction, chain, trusted } = path;
    const { header } = transaction;
    this.#same('its stored key is another one', entry.storedKey, `00${entry.key}`);
    await this.#stored(path);
    await this.#expect(
      'the fingerprint of this revision',
      entry.digest,
      entryDigestInput(header.version, entry),
    );
    await this.#expect('the leaf of this revision', entry.leaf, `00${entry.digest}`);
    this.#sides('in its transaction', path.entrySteps, entry.index, header.nentries);
    await this.#climb('in its transaction', entry.leaf, path.entrySteps, path.entriesRoot);
    this.#same('its transaction holds other entries', path.entriesRoot, header.eH);
    await this.#transaction('its transaction', transaction, transaction.txId);
    if (chain.kind === 'same') {
      this.#same('the trusted state is another transaction', transaction.txId, trusted.txId);
      this.#same('the trusted state has another hash', transaction.alh, trusted.alh);
      return;
    }
    await this.#expect('the leaf of its transaction', chain.leaf, `00${transaction.alh}`);
    this.#sides("in the ledger's tree", chain.steps, Number(transaction.txId) - 1, Number(chain.treeSize));
    await this.#climb("in the ledger's tree", chain.leaf, chain.steps, chain.root);
    this.#same('the trusted state holds another tree', chain.root, chain.target.header.blRoot);
    this.#same('the trusted state holds a tree of another size', chain.treeSize, chain.target.header.blTxId);
    await this.#transaction('the trusted transaction', chain.target, trusted.txId);
    this.#same('the trusted state has another hash', chain.target.alh, trusted.alh);
  }

  /** A path that begins with a hash says nothing of what was written: only a deletion has no bytes. */
  async #stored({ storedValue, entry }: MerklePath): Promise<void> {
    if (storedValue !== undefined)
      await this.#expect('the hash of the stored bytes', entry.valueHash, storedValue);
    else if (entry.metadata?.deleted !== true)
      this.mismatches.push('the service withholds the stored bytes of this revision');
  }

  async #transaction(
    what: string,
    { header, innerHash, alh }: { header: PathHeader; innerHash: string; alh: string },
    txId: string,
  ): Promise<void> {
    this.#same(`${what} has another number`, header.id, txId);
    await this.#expect(`the header of ${what}`, innerHash, innerHashInput(header));
    await this.#expect(`the hash of ${what}`, alh, u64(header.id) + header.prevAlh + innerHash);
  }

  async #climb(where: string, leaf: string, steps: readonly PathStep[], root: string): Promise<void> {
    let node = leaf;
    for (const [i, { side, sibling, hash }] of steps.entries()) {
      const input = side === 'left' ? `01${sibling}${node}` : `01${node}${sibling}`;
      await this.#expect(`step ${i + 1} ${where}`, hash, input);
      node = hash;
    }
    this.#same(`the way ${where} ends at another root`, node, root);
  }

  /** Sides are no choice of the service: they follow from the position. */
  #sides(where: string, steps: readonly PathStep[], index: number, size: number): void {
    const expected = siblingRanges(index, size).map(({ side }) => side);
    this.#same(
      `the way ${where} is that of another position`,
      steps.map(({ side }) => side).join(),
      expected.join(),
    );
  }

  async #expect(what: string, told: string, input: string): Promise<void> {
    this.hashes++;
    const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(fromHex(input)));
    const found = toHex(new Uint8Array(digest));
    if (!HASH.test(told) || told !== found) this.mismatches.push(`${what} does not match`);
  }

  #same(otherwise: string, a: string, b: string): void {
    if (a !== b) this.mismatches.push(otherwise);
  }
}

function entryDigestInput(version: number, entry: MerklePath['entry']): string {
  const { storedKey, valueHash, metadata } = entry;
  if (version === 0) return storedKey + valueHash;
  const encoded = keyMetadata(metadata);
  return u16(encoded.length / 2) + encoded + u16(storedKey.length / 2) + storedKey + valueHash;
}

function keyMetadata(metadata: PathKeyMetadata | undefined): string {
  if (metadata === undefined) return '';
  const { deleted, expiresAt, nonIndexable } = metadata;
  return (
    (deleted ? '00' : '') +
    (expiresAt === undefined ? '' : `01${u64(expiresAt)}`) +
    (nonIndexable ? '02' : '')
  );
}

function innerHashInput({ ts, version, metadata, nentries, eH, blTxId, blRoot }: PathHeader): string {
  const { truncatedTxId, extra } = metadata;
  const encoded =
    (truncatedTxId === undefined ? '' : `00${u64(truncatedTxId)}`) +
    (extra === undefined ? '' : `01${u16(extra.length / 2)}${extra}`);
  const counted = version === 0 ? u16(nentries) : u16(encoded.length / 2) + encoded + u32(nentries);
  return u64(ts) + u16(version) + counted + eH + u64(blTxId) + blRoot;
}

const padded = (value: bigint | number, digits: number) => value.toString(16).padStart(digits, '0');
const u16 = (value: number) => padded(value, 4);
const u32 = (value: number) => padded(value, 8);
const u64 = (text: string) => padded(BigInt.asUintN(64, BigInt(text)), 16);
