import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ConnectionOptions, resolveOptions } from '../../../src/client/connection-options.js';
import type { ConnectionEvents } from '../../../src/client/events.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { parseReplicas } from '../../../src/client/servers/replica-address.js';

const parse = (...given: unknown[]) =>
  parseReplicas(given, 3322, 'primary:3322').map(({ address }) => address);

describe('addresses of replicas', () => {
  it.each([
    ['replica', 'replica:3322'],
    ['replica:1', 'replica:1'],
    ['10.0.0.1:65535', '10.0.0.1:65535'],
    ['[::1]', '[::1]:3322'],
    ['[fe80::1]:99', '[fe80::1]:99'],
    ['primary:3323', 'primary:3323'],
  ])('%s', (text, address) => {
    expect(parse(text)).toEqual([address]);
  });

  it.each([
    '',
    ':3322',
    'h:',
    'h:0',
    'h:65536',
    'h:x',
    'h:1:2',
    '::1',
    '[]',
    '[nonsense]:1',
    '[::1',
    'a b',
    '-h',
    'h\n',
    'user@h',
    'immudb://h',
    7,
    undefined,
    null,
  ])('refused: %s', (text) => {
    expect(() => parse(text)).toThrow(TypeError);
    expect(() => parse('ok', text)).toThrow(/^Connection option "replicas"/);
  });

  it.each([[['r', 'r:3322']], [['r', 'R']], [['primary']], [['PRIMARY:3322']]])(
    'refused twice: %s',
    (given) => {
      expect(() => parse(...given)).toThrow(/given twice, or is the primary/);
    },
  );

  it('are a list, not too long a one', () => {
    expect(() => parseReplicas('r', 3322, 'p:1')).toThrow(/must be a list/);
    expect(() => parse(...Array.from({ length: 65 }, (_, index) => `h${index}`))).toThrow(/at most 64/);
  });
});

describe('replicas among the options', () => {
  it('come by option or URL, not by both', () => {
    const addresses = (...given: Parameters<typeof resolveOptions>) =>
      resolveOptions(...given).replicas.map(({ address }) => address);
    expect(addresses({})).toEqual([]);
    expect(addresses({ replicas: ['127.0.0.2', '[::1]:9'] })).toEqual(['127.0.0.2:3322', '[::1]:9']);
    expect(addresses('immudb://localhost?replicas=127.0.0.2,[::1]:9')).toEqual(['127.0.0.2:3322', '[::1]:9']);
    expect(addresses('immudb://localhost?replicas=127.0.0.2%3A7')).toEqual(['127.0.0.2:7']);
    expect(() => resolveOptions({ url: 'immudb://h?replicas=a', replicas: ['b'] })).toThrow(
      /"replicas" is given twice/,
    );
    expect(() => resolveOptions('immudb://localhost?replicas=')).toThrow(TypeError);
    expect(() => resolveOptions('immudb://localhost?replicas=a,,b')).toThrow(TypeError);
  });

  it('that are other machines are reached by TLS, and are given no password by default', () => {
    const user = { user: 'ada', password: 'secret' };
    expect(() => resolveOptions({ replicas: ['other'] })).toThrow(/the user is missing/);
    const [here, other] = resolveOptions({ replicas: ['127.0.0.2', 'other'], ...user }).replicas;
    expect(here?.tls).toBeUndefined();
    expect(other?.tls).toBeDefined();
    expect(() => resolveOptions({ replicas: ['other'], tls: false, ...user })).toThrow(
      /Connection to other:3322: without TLS/,
    );
    expect(
      resolveOptions({ replicas: ['other'], plaintext: true, ...user }).replicas[0]?.tls,
    ).toBeUndefined();
  });
});

describe('options of staying up', () => {
  it('have defaults', () => {
    expect(resolveOptions({})).toMatchObject({
      maxQueuedCalls: 10_000,
      silenceMs: 5_000,
      circuit: { failures: 5, afterMs: 5_000, pauseMs: 1_000 },
      grpcInterceptors: [],
    });
    expect(resolveOptions({ circuit: false }).circuit).toBeUndefined();
    expect(resolveOptions({ circuit: { failures: 1 } }).circuit).toMatchObject({
      failures: 1,
      pauseMs: 1_000,
    });
  });

  it.each([
    [{ maxQueuedCalls: 0 }, 'maxQueuedCalls'],
    [{ silenceMs: 0.5 }, 'silenceMs'],
    [{ circuit: { failures: 0 } }, 'circuit.failures'],
    [{ circuit: { pauseMs: 60_001 } }, 'circuit.pauseMs'],
    [{ circuit: { afterMs: -1 } }, 'circuit.afterMs'],
    [{ circuit: { after: 1 } as object }, 'has no part "after"'],
    [{ circuit: true as unknown as false }, 'circuit'],
    [{ grpcInterceptors: [1] as never }, 'grpcInterceptors'],
    [{ grpcInterceptors: 'x' as never }, 'grpcInterceptors'],
  ])('refuse %j', (options, named) => {
    expect(() => resolveOptions(options)).toThrow(TypeError);
    expect(() => resolveOptions(options)).toThrow(named);
  });
});

it('types of the options say what cannot be', () => {
  expectTypeOf<Parameters<ImmuClient['on']>[0]>().toExtend<string>();
  expectTypeOf<ConnectionEvents['replica-behind']['error']>().toEqualTypeOf<Error>();
  // @ts-expect-error a circuit is described or switched off, never just on
  const circuit: ConnectionOptions = { circuit: true };
  // @ts-expect-error replicas are addresses as text
  const replicas: ConnectionOptions = { replicas: [{ host: 'h' }] };
  expect([circuit, replicas]).toHaveLength(2);
});
