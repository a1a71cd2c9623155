// Codec 3: MessagePack in one spelling, closed to everything the format does not name (FORMAT.md, "Codec 3").
import { binaryCodec } from './binary-codec.js';
import type { Codec } from './codec.js';
import { readMessagePack } from './message-pack-reader.js';
import { writeMessagePack } from './message-pack-writer.js';

/**
 * Codec 3: MessagePack. Stores what the default codec stores, in fewer bytes where there is binary data.
 *
 * @example
 * import { messagePack } from 'immurepo/message-pack';
 * const ledger = await openLedger({ path: './ledger', entities: [Account], codec: messagePack });
 */
export const messagePack: Codec = binaryCodec({
  id: 3,
  name: 'canonical MessagePack',
  write: writeMessagePack,
  read: readMessagePack,
});
