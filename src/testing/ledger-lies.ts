// Lies about no record in particular: signatures that are missing, conditions that are not looked at.

import type { VerifiableTx } from '../wire/immudb/schema/verifiable.js';
import type { Lie } from './lie.js';

const unsigned = (tx: VerifiableTx): VerifiableTx => ({ ...tx, signature: undefined });

/** No state is signed. */
export const NO_SIGNATURES: Lie = {
  currentState: async (request, ask) => ({ ...(await ask('currentState', request)), signature: undefined }),
  verifiableGet: async (request, ask) => {
    const answer = await ask('verifiableGet', request);
    return { ...answer, verifiableTx: answer.verifiableTx && unsigned(answer.verifiableTx) };
  },
  verifiableTxById: async (request, ask) => unsigned(await ask('verifiableTxById', request)),
  verifiableSet: async (request, ask) => unsigned(await ask('verifiableSet', request)),
};

/** Every write is committed, whatever it was conditional on. */
export const NO_PRECONDITIONS: Lie = {
  set: (request, ask) => ask('set', { ...request, preconditions: [] }),
  execAll: (request, ask) => ask('execAll', { ...request, preconditions: [] }),
  verifiableSet: (request, ask) => {
    const { setRequest } = request;
    return ask('verifiableSet', {
      ...request,
      setRequest: setRequest && { ...setRequest, preconditions: [] },
    });
  },
};
