// Writes: of keys and values, of references, of members of sorted sets.

import { toBase64 } from '../../src/bytes.js';
import {
  parseKeyMetadata,
  verifySet,
  verifySetReference,
  verifySortedSetAdd,
} from '../../src/proof/index.js';
import {
  VerifiableReferenceRequest,
  VerifiableSetRequest,
  VerifiableTx,
  VerifiableZAddRequest,
} from '../../src/wire/immudb/schema/verifiable.js';
import type { Check } from './calls.js';
import { decodeRequest, decodeResponse, required } from './decode.js';
import { printProven, printValue } from './print.js';
import { Rejection } from './verdict.js';

/** One key is printed with its value; of several, that all were written is what the transaction says. */
export const checkSet: Check = (request, response, trusted, policy) => {
  const { KVs } = required(decodeRequest(VerifiableSetRequest, request).setRequest, 'setRequest');
  const entries = KVs.map(({ key, value, metadata }) => ({
    key,
    value,
    metadata: parseKeyMetadata(metadata),
  }));
  const proven = verifySet({ entries }, decodeResponse(VerifiableTx, response), trusted, policy);
  const [entry, ...others] = entries;
  return printProven(proven, entry !== undefined && others.length === 0 ? printValue(entry) : {});
};

export const checkSetReference: Check = (request, response, trusted, policy) => {
  const asked = required(
    decodeRequest(VerifiableReferenceRequest, request).referenceRequest,
    'referenceRequest',
  );
  requireBound(asked);
  const proven = verifySetReference(asked, decodeResponse(VerifiableTx, response), trusted, policy);
  return printProven(proven, { key: toBase64(asked.key) });
};

export const checkZAdd: Check = (request, response, trusted, policy) => {
  const asked = required(decodeRequest(VerifiableZAddRequest, request).zAddRequest, 'zAddRequest');
  requireBound(asked);
  const proven = verifySortedSetAdd(asked, decodeResponse(VerifiableTx, response), trusted, policy);
  return printProven(proven, { key: toBase64(asked.key) });
};

/** A request that says it is bound and to nothing, or the other way round, has no answer that could be the right one. */
function requireBound({ atTx, boundRef }: { readonly atTx: bigint; readonly boundRef: boolean }): void {
  if (boundRef === atTx > 0n) return;
  throw new Rejection(
    'MALFORMED_FIXTURE',
    'The request is bound without a transaction, or names one without being bound.',
  );
}
