import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { ImmuError } from '../../src/errors.js';
import { defaultTrustDirectory } from '../../src/trust/default-directory.js';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { defaultLedgerId, parseTrustPolicy, type TrustEndpoint } from '../../src/trust/policy.js';
import type { TrustOption } from '../../src/trust/trust-option.js';
import { hashOf } from './support/records.js';

const local: TrustEndpoint = { address: 'localhost:3322', database: 'defaultdb', loopback: true };
const remote: TrustEndpoint = { address: 'DB.Example:3322', database: 'bank', loopback: false };

const pair = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const { publicKey, privateKey } = pair();
const pin = { txId: 7n, alh: hashOf(7n) };

/** What an untyped caller may pass. */
const untyped = (option: unknown) => option as TrustOption;

function refusal(option: unknown, endpoint = local): Error {
  try {
    parseTrustPolicy(untyped(option), endpoint, false);
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was accepted.');
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a server on this machine', () => {
  it.each([undefined, {}])('is believed at first use by default, which is to be said once (%j)', (option) => {
    const policy = parseTrustPolicy(option, local, false);
    expect(policy).toMatchObject({ ledgerId: 'localhost:3322/defaultdb', keys: [], pin: undefined });
    expect(policy.notice).toMatch(
      /localhost:3322 is on this machine and is believed at first use.*no trust was/,
    );
    expect(policy.assertMayBegin).not.toThrow();
  });

  it('is not announced where the application said so itself', () => {
    expect(parseTrustPolicy({ firstUse: true }, local, false).notice).toBeUndefined();
    expect(parseTrustPolicy({ key: publicKey }, local, false).notice).toBeUndefined();
    expect(parseTrustPolicy({ pin }, local, false).notice).toBeUndefined();
  });
});

describe('a server elsewhere', () => {
  it.each([undefined, {}, { ledgerId: 'bank' }, { store: new MemoryTrustStore() }])(
    'is not believed unless the application says why (case %#)',
    (option) => {
      const error = refusal(option, remote);
      expect(error).toMatchObject({ code: 'TRUST_POLICY', retryable: false });
      expect(error.message).toMatch(
        /server at DB\.Example:3322.*trust: \{ key \}.*\{ pin.*\{ firstUse: true \}/,
      );
    },
  );

  it.each([{ firstUse: true as const }, { key: publicKey }, { pin }, { key: publicKey, pin }])(
    'is believed for a stated reason (case %#)',
    (option) => {
      expect(parseTrustPolicy(option, remote, false).ledgerId).toBe('db.example:3322/bank');
    },
  );
});

describe('in production', () => {
  const endpoints = [local, remote];

  it.each(endpoints)('the first word of $address begins no trust', (endpoint) => {
    const policy = parseTrustPolicy({ firstUse: true }, endpoint, true);
    expect(policy.assertMayBegin).toThrow(ImmuError);
    expect(policy.assertMayBegin).toThrow(
      `immurepo trust init --url immudb://${endpoint.address}/${endpoint.database}\``,
    );
    expect(policy.assertMayBegin).toThrow(
      expect.objectContaining({ code: 'TRUST_MISSING', retryable: false }),
    );
  });

  it('not even by default', () => {
    expect(parseTrustPolicy(undefined, local, true).assertMayBegin).toThrow('NODE_ENV');
  });

  it('and the command names the ledger, if it has a name of its own', () => {
    const policy = parseTrustPolicy({ firstUse: true, ledgerId: 'the "bank"' }, remote, true);
    expect(policy.assertMayBegin).toThrow('/bank --ledger "the \\"bank\\""`');
  });

  it.each(endpoints)('a pinned key or state does ($address)', (endpoint) => {
    for (const option of [{ key: publicKey }, { pin }, { key: publicKey, pin }]) {
      expect(parseTrustPolicy(option, endpoint, true).assertMayBegin).not.toThrow();
    }
  });

  it.each([
    ['production', true],
    ['development', false],
    ['test', false],
    ['', false],
  ])('is what NODE_ENV=%j says', (value, refused) => {
    vi.stubEnv('NODE_ENV', value);
    const begin = expect(parseTrustPolicy({ firstUse: true }, local).assertMayBegin);
    if (refused) begin.toThrow('NODE_ENV');
    else begin.not.toThrow();
  });
});

describe('trust.key', () => {
  it('is PEM, a KeyObject, or several of both, each once', () => {
    const other = pair().publicKey;
    const keysOf = (key: NonNullable<TrustOption['key']>) => parseTrustPolicy({ key }, remote, false).keys;
    const [fromPem] = keysOf(pem(publicKey));
    const [fromObject] = keysOf(publicKey);
    expect(fromPem?.keyId).toMatch(/^[0-9a-f]{64}$/);
    expect(fromPem?.keyId).toBe(fromObject?.keyId);
    expect(keysOf([pem(publicKey), other, publicKey]).map(({ keyId }) => keyId)).toEqual([
      fromPem?.keyId,
      keysOf(other)[0]?.keyId,
    ]);
  });

  it.each([
    ['no PEM', 'my key'],
    ['an empty text', ''],
    ['a private key', privateKey],
    ['a private key as PEM', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['another curve', pair('P-384').publicKey],
    ['another algorithm', generateKeyPairSync('ed25519').publicKey],
    ['no key at all', []],
    ['one bad key among good ones', [publicKey, 'my key']],
  ])('cannot be %s', (_, key) => {
    expect(refusal({ key }, remote)).toMatchObject({ code: 'TRUST_POLICY' });
  });

  it.each([5, true, {}, Buffer.from(pem(publicKey)), [publicKey, 5], [[publicKey]]])(
    'of another type is a mistake of the caller (case %#)',
    (key) => {
      const error = refusal({ key }, remote);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/trust\.key must be PEM text/);
    },
  );

  it('never shows the key in an error', () => {
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(String(refusal({ key: secret }, remote).stack)).not.toContain(secret.split('\n')[1]);
  });

  it('is the same key whichever form it came in', () => {
    const again = createPublicKey(pem(publicKey));
    expect(parseTrustPolicy({ key: [again, publicKey] }, remote, false).keys).toHaveLength(1);
  });
});

describe('trust.pin', () => {
  it('is a transaction and its hash, as bytes or hex', () => {
    expect(parseTrustPolicy({ pin }, remote, false).pin).toEqual(pin);
    const hex = toHex(pin.alh);
    expect(parseTrustPolicy({ pin: { txId: 7n, alh: hex } }, remote, false).pin).toEqual(pin);
    expect(parseTrustPolicy({ pin: { txId: 7n, alh: hex.toUpperCase() } }, remote, false).pin).toEqual(pin);
  });

  it('is a copy: the caller may reuse its buffer', () => {
    const alh = hashOf(7n);
    const policy = parseTrustPolicy({ pin: { txId: 7n, alh } }, remote, false);
    alh.fill(0);
    expect(policy.pin?.alh).toEqual(hashOf(7n));
  });

  it.each([
    7n,
    'pin',
    [],
    { alh: pin.alh },
    { ...pin, txId: 7 },
    { ...pin, txId: '7' },
    { ...pin, txId: 0n },
    { ...pin, txId: -1n },
    { ...pin, txId: 2n ** 64n },
  ])('needs a transaction (case %#)', (wrong) => {
    const error = refusal({ pin: wrong }, remote);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('trust.pin.txId');
  });

  it.each([undefined, '', 'ab', 'x'.repeat(64), ` ${'a'.repeat(64)}`, new Uint8Array(31), [1, 2], 5])(
    'needs a hash (case %#)',
    (alh) => {
      const error = refusal({ pin: { txId: 7n, alh } }, remote);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain('trust.pin.alh');
    },
  );
});

describe('the trust option', () => {
  it.each([null, 5, 'firstUse', true, [], [publicKey]])('is an object, not %j', (option) => {
    expect(refusal(option)).toBeInstanceOf(TypeError);
  });

  it.each(['key', 'pin', 'firstUse', 'store', 'ledgerId'])(
    'has no %s from a setting that is missing',
    (name) => {
      for (const value of [undefined, null]) {
        const error = refusal({ [name]: value }, local);
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toMatch(new RegExp(`trust\\.${name} is ${String(value)}: the setting`));
      }
    },
  );

  it('has no member that nobody knows', () => {
    expect(refusal({ firstuse: true }).message).toMatch(
      /trust\.firstuse is unknown. Known are: key, pin, firstUse/,
    );
  });

  it.each([{ key: publicKey }, { pin }])(
    'does not believe anything and something at once (case %#)',
    (anchor) => {
      const error = refusal({ ...anchor, firstUse: true });
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain('trust.firstUse');
    },
  );

  it.each([false, 1, 'true'])('says firstUse by true, not by %j', (firstUse) => {
    expect(refusal({ firstUse })).toBeInstanceOf(TypeError);
  });

  it('takes a store, and the file store by default', () => {
    const store = new MemoryTrustStore();
    expect(parseTrustPolicy({ firstUse: true, store }, remote, false).store).toBe(store);
    const byDefault = parseTrustPolicy({ firstUse: true }, remote, false).store;
    expect(byDefault).toBeInstanceOf(FileTrustStore);
    expect(byDefault).toHaveProperty('directory', defaultTrustDirectory());
  });

  it.each([{}, '/var/lib/trust', { load: () => undefined }])(
    'takes nothing else for a store (case %#)',
    (store) => {
      const error = refusal({ store });
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/trust\.store must be a TrustStore/);
    },
  );

  it('takes a store that keeps floors, and one that does not, and none that does half of it', () => {
    const store = new MemoryTrustStore();
    const methods = ['load', 'create', 'replace', 'recover', 'list'] as const;
    const without = Object.fromEntries(methods.map((name) => [name, store[name].bind(store)])) as never;
    expect(parseTrustPolicy({ firstUse: true, store: without }, remote, false).store).toBe(without);
    for (const name of ['loadFloors', 'saveFloors'] as const) {
      expect(
        refusal({ store: Object.assign({}, without, { [name]: store[name].bind(store) }) }).message,
      ).toMatch(name === 'loadFloors' ? /it has no saveFloors/ : /it has no loadFloors/);
    }
  });

  it('takes a name for the ledger', () => {
    expect(parseTrustPolicy({ firstUse: true, ledgerId: 'Bank' }, remote, false).ledgerId).toBe('Bank');
    for (const ledgerId of ['', 5, '\ud800']) expect(refusal({ ledgerId })).toBeInstanceOf(TypeError);
  });
});

it('a ledger without a name is called by its address, whatever the case', () => {
  const names = ['DB.example:3322', 'db.EXAMPLE:3322'].map((address) =>
    defaultLedgerId({ address, database: 'd' }),
  );
  expect(names).toEqual(['db.example:3322/d', 'db.example:3322/d']);
  expect(defaultLedgerId({ address: '[::1]:3322', database: 'd' })).toBe('[::1]:3322/d');
});
