// A document as it is stored: a SQL row of its id, its own bytes, and the fields that the collection declares.

import { failure } from './failure.js';
import type { DocumentObject } from './document-value.js';
import { malformed } from './parse-fields.js';
import { parseStruct } from './parse-struct.js';

/** A document with the id it is stored under. */
export interface DocumentRow {
  readonly id: Uint8Array;
  readonly document: DocumentObject;
}

const WHERE = 'encodedDocument';
/** The columns that every document has; those of declared fields come after. */
const [ID_COLUMN, DOCUMENT_COLUMN] = [1, 2];

/**
 * Reads a row: `u32(columns)`, then per column, in ascending order, `u32(column) ‖ u32(length) ‖ value`.
 *
 * @param bytes proven to be what was stored
 * @param txId the transaction it is from, for the error
 * @throws VerificationError MALFORMED_PROOF unless this is exactly a row of a document; PROOF_TOO_LARGE
 */
export function parseDocumentRow(bytes: Uint8Array, txId: bigint): DocumentRow {
  const [id, document] = readColumns(bytes);
  if (id === undefined || document === undefined) {
    throw failure('MALFORMED_PROOF', {
      check: 'columns of the stored document',
      txId,
      expected: 'an id and the document',
      found: 'less',
    });
  }
  return { id, document: parseStruct(document, WHERE) };
}

function readColumns(bytes: Uint8Array): [id: Uint8Array | undefined, document: Uint8Array | undefined] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const columns = new Map<number, Uint8Array>();
  let at = 0;
  const number = () => {
    if (at + 4 > bytes.length) throw malformed(WHERE, 'whole columns', `${bytes.length} bytes`);
    at += 4;
    return view.getUint32(at - 4);
  };
  const count = number();
  let before = 0;
  for (let index = 0; index < count; index++) {
    const column = number();
    // The id, the document, and then whatever is declared: in this order, each at most once.
    const expected = index < DOCUMENT_COLUMN ? index + 1 : undefined;
    if (column <= before || (expected !== undefined && column !== expected))
      throw malformed(WHERE, 'columns in ascending order, from 1 and 2', column);
    const length = number();
    if (at + length > bytes.length) throw malformed(WHERE, 'whole columns', `${bytes.length} bytes`);
    columns.set(column, bytes.subarray(at, at + length));
    at += length;
    before = column;
  }
  if (at !== bytes.length)
    throw malformed(WHERE, 'nothing after the last column', `${bytes.length - at} bytes`);
  return [columns.get(ID_COLUMN), columns.get(DOCUMENT_COLUMN)];
}
