// The verdict on one fixture. Nothing a fixture holds is an exception: every one gets its line.

import { ImmuError, VerificationError } from '../../src/errors.js';
import type { VerificationPolicy } from '../../src/proof/index.js';
import { findCall } from './calls.js';
import { nameOf, parseFixture, parseRpc } from './fixture.js';
import { type ProvenResult, Rejection, type RejectionCode, type Verdict } from './verdict.js';

/**
 * Checks a fixture.
 *
 * @param fixture anything
 * @param pinned database and keys, or why there are none to be had
 */
export function judge(fixture: unknown, pinned: VerificationPolicy | Rejection): Verdict {
  const name = nameOf(fixture);
  try {
    return { name, verdict: 'accepted', result: resultOf(fixture, pinned) };
  } catch (error) {
    return { name, verdict: 'rejected', code: codeOf(error) };
  }
}

function resultOf(fixture: unknown, pinned: VerificationPolicy | Rejection): ProvenResult {
  const call = findCall(parseRpc(fixture));
  const { requestType, responseType, request, response, trusted } = parseFixture(fixture);
  if (pinned instanceof Rejection) throw pinned;
  const types: [string, string, string][] = [
    ['requestType', requestType, call.requestType],
    ['responseType', responseType, call.responseType],
  ];
  for (const [field, found, expected] of types) {
    if (found !== expected)
      throw new Rejection('MALFORMED_FIXTURE', `\`${field}\` is not ${expected}, which this call has.`);
  }
  return call.check(request, response, trusted, pinned);
}

function codeOf(error: unknown): RejectionCode {
  if (error instanceof Rejection || error instanceof VerificationError || error instanceof ImmuError)
    return error.code;
  // What a caller may not ask is a fault of the recorded request.
  return error instanceof TypeError && error.constructor === TypeError
    ? 'MALFORMED_FIXTURE'
    : 'INTERNAL_ERROR';
}
