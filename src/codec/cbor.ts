// Codec 2: CBOR in its core deterministic encoding, closed to everything the format does not name (FORMAT.md, "Codec 2").
import { binaryCodec } from './binary-codec.js';
import { readCbor } from './cbor-reader.js';
import { writeCbor } from './cbor-writer.js';
import type { Codec } from './codec.js';

/**
 * Codec 2: CBOR (RFC 8949). Stores what the default codec stores, in fewer bytes where there is binary data.
 *
 * @example
 * import { cbor } from 'immurepo/cbor';
 * const ledger = await openLedger({ path: './ledger', entities: [Account], codec: cbor });
 */
export const cbor: Codec = binaryCodec({ id: 2, name: 'canonical CBOR', write: writeCbor, read: readCbor });
