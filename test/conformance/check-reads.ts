// Reads: of the state, of a key, of a transaction.

import { toBase64 } from '../../src/bytes.js';
import { verifyEntry, verifyState, verifyTx, verifyTxHeader } from '../../src/proof/index.js';
import { Empty } from '../../src/wire/google/protobuf/empty.js';
import { ImmutableState } from '../../src/wire/immudb/schema/state.js';
import {
  VerifiableEntry,
  VerifiableGetRequest,
  VerifiableTx,
  VerifiableTxRequest,
} from '../../src/wire/immudb/schema/verifiable.js';
import type { Check } from './calls.js';
import { decodeRequest, decodeResponse, required } from './decode.js';
import { printProven, printState, printValue } from './print.js';
import { Rejection } from './verdict.js';

/** A state comes without proof: if it is not the one trusted already, only a signature speaks for it. */
export const checkCurrentState: Check = (request, response, trusted, policy) => {
  decodeRequest(Empty, request);
  const { state, signed, relation } = verifyState(decodeResponse(ImmutableState, response), trusted, policy);
  if (relation !== 'equal' && !signed) {
    throw new Rejection('SIGNATURE_MISSING', 'No key is pinned, so nothing speaks for this state.');
  }
  return printState(state);
};

/** A reference's target is not proven by this answer, so it is not part of the result. */
export const checkGet: Check = (request, response, trusted, policy) => {
  const { key, atTx } = required(decodeRequest(VerifiableGetRequest, request).keyRequest, 'keyRequest');
  const asked = atTx === 0n ? { key } : { key, atTx };
  const proven = verifyEntry(asked, decodeResponse(VerifiableEntry, response), trusted, policy);
  return printProven(proven, proven.kind === 'value' ? printValue(proven) : { key: toBase64(proven.key) });
};

/** Where entries were filtered, only the header is proven. */
export const checkTxById: Check = (request, response, trusted, policy) => {
  const { tx: txId, entriesSpec } = decodeRequest(VerifiableTxRequest, request);
  const verify = entriesSpec === undefined ? verifyTx : verifyTxHeader;
  return printProven(verify({ txId }, decodeResponse(VerifiableTx, response), trusted, policy));
};
