import { describe, expect, it } from 'vitest';
import { ConflictError, ImmuError, VerificationError } from '../src/errors.js';

describe('errors', () => {
  it('can be written as JSON whatever their fields hold', () => {
    const error = new ConflictError('twice', {
      details: { txId: 2n ** 60n, key: Uint8Array.of(0, 255), list: [1n] },
    });
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: {
        name: 'ConflictError',
        code: 'CONFLICT',
        message: 'twice',
        retryable: false,
        details: { txId: '1152921504606846976', key: '00ff', list: ['1'] },
      },
    });
  });

  it('of a failed check show both states, and leave the evidence to who asks for it', () => {
    const error = new VerificationError('FORK_DETECTED', 'two histories', {
      trusted: { txId: 1n, alh: Uint8Array.of(1) },
      evidence: { large: 'answer' },
      cause: new Error('secret-free but long'),
    });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      trusted: { txId: '1', alh: '01' },
      code: 'FORK_DETECTED',
    });
    expect(JSON.stringify(error)).not.toContain('answer');
    expect(error.evidence).toEqual({ large: 'answer' });
  });

  it('are of three kinds that are never mixed', () => {
    expect(new ImmuError('CLOSED', '')).not.toBeInstanceOf(VerificationError);
    expect(new VerificationError('PROOF_INVALID', '')).not.toBeInstanceOf(ImmuError);
    expect(new ConflictError('')).toBeInstanceOf(ImmuError);
  });
});
