// What a refusal tells a person and a program.

import { describe, expect, it } from 'vitest';
import { VerificationError } from '../../src/errors.js';
import { failure, withContext } from '../../src/proof/verify/failure.js';

const state = { txId: 7n, alh: new Uint8Array(32) };

function messageOf(expected: unknown, found: unknown): string {
  return failure('PROOF_INVALID', { check: 'the check', txId: 7n, expected, found }).message;
}

describe('the message of a refusal', () => {
  it('names the transaction, the check, what was expected and what was found', () => {
    expect(messageOf(Uint8Array.of(1, 2), 3n)).toBe(
      "Refused the server's answer. tx 7: the check: expected 0102, found 3.",
    );
  });

  it('leaves out what is not known, and says what follows', () => {
    const error = failure('SIGNATURE_MISSING', { check: 'a signature', hint: 'Pin a key.' });
    expect(error.message).toBe("Refused the server's answer. a signature. Pin a key.");
  });

  it.each<[string, unknown, string]>([
    ['a hash shortened', new Uint8Array(32).fill(0xab), 'abababababababab… (32 bytes)'],
    ['no bytes', new Uint8Array(0), 'no bytes'],
    ['nothing', undefined, 'nothing'],
    ['null', null, 'nothing'],
    ['a number', 1.5, '1.5'],
    ['a flag', true, 'true'],
    ['an object by its type', { a: 1 }, 'a value of type object'],
    ['text in quotes', 'defaultdb', '"defaultdb"'],
    ['text shortened', 'x'.repeat(5000), `"${'x'.repeat(64)}"…`],
    ['control characters escaped', '\u001b[2J\r\n', '"\\u001b[2J\\r\\n"'],
    ['characters that turn text around replaced', 'a\u202eb\u2028c\u009bd', '"a?b?c?d"'],
  ])('shows %s', (_, found, shown) => {
    expect(messageOf('x', found)).toContain(`found ${shown}.`);
  });

  it('has the numbers as fields', () => {
    const { code, details } = failure('PROOF_INVALID', {
      check: 'the check',
      txId: 7n,
      expected: 1,
      found: 2,
    });
    expect({ code, details }).toEqual({
      code: 'PROOF_INVALID',
      details: { check: 'the check', txId: 7n, expected: 1, found: 2 },
    });
  });
});

describe('what an operation knows', () => {
  const evidence = { answer: true };

  it('is added to a refusal', () => {
    const cause = new Error('cause');
    const inner = new VerificationError('CHAIN_BROKEN', 'text', { cause, details: { a: 1 } });
    const outer = capture(() =>
      withContext({ trusted: state, offered: state, evidence }, () => {
        throw inner;
      }),
    );
    expect(outer).toMatchObject({
      code: 'CHAIN_BROKEN',
      message: 'text',
      details: { a: 1 },
      trusted: state,
      offered: state,
      evidence,
      cause,
    });
  });

  it('never replaces what the refusal knows itself', () => {
    const own = { txId: 8n, alh: new Uint8Array(32) };
    const inner = failure('FORK_DETECTED', { check: 'x' }, { trusted: own, offered: own, evidence: 'own' });
    const outer = capture(() =>
      withContext({ trusted: state, offered: state, evidence }, () => {
        throw inner;
      }),
    );
    expect(outer).toMatchObject({ trusted: own, offered: own, evidence: 'own' });
  });

  it('is not added to a mistake of ours', () => {
    const mistake = new TypeError('ours');
    expect(
      capture(() =>
        withContext({ evidence }, () => {
          throw mistake;
        }),
      ),
    ).toBe(mistake);
  });

  it('does not touch results', () => {
    expect(withContext({ evidence }, () => 5)).toBe(5);
  });
});

function capture(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return expect.fail('nothing was thrown');
}
