import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  fromWireSettings,
  toWireSettings,
  type DatabaseSettings,
} from '../../src/client/database-settings.js';
import { DatabaseNullableSettings } from '../../src/wire/immudb/schema/settings.js';

describe('settings of a database', () => {
  it('tell zero and false from not given', () => {
    const wire = toWireSettings({
      maxConcurrency: 0,
      excludeCommitTime: false,
      indexSettings: { cacheSize: 0 },
    });
    expect(wire.maxConcurrency).toEqual({ value: 0 });
    expect(wire.excludeCommitTime).toEqual({ value: false });
    expect(wire.indexSettings?.cacheSize).toEqual({ value: 0 });
    expect(wire.maxTxEntries).toBeUndefined();
    const read = DatabaseNullableSettings.decode(DatabaseNullableSettings.encode(wire).finish());
    expect(fromWireSettings(read)).toEqual({
      maxConcurrency: 0,
      excludeCommitTime: false,
      indexSettings: { cacheSize: 0 },
    });
  });

  it('come back as they were given, of every type', () => {
    const settings: DatabaseSettings = {
      maxConcurrency: 5,
      autoload: true,
      syncFrequency: 7n,
      indexSettings: { renewSnapRootAfter: 9n, cleanupPercentage: 0.5 },
      truncationSettings: { retentionPeriod: 86_400_000n },
      replicationSettings: { replica: true, primaryHost: 'h' },
    };
    expect(fromWireSettings(toWireSettings(settings))).toEqual(settings);
    expect(fromWireSettings(undefined)).toEqual({});
    expect(fromWireSettings(toWireSettings({}))).toEqual({});
  });

  it('take no value for not given', () => {
    expect(toWireSettings({ maxConcurrency: undefined as unknown as number })).toEqual(
      DatabaseNullableSettings.create(),
    );
  });

  it("do not show the password of a replica's primary, which the server hands out", () => {
    const wire = toWireSettings({
      replicationSettings: { primaryPassword: 'kanarienvogel', primaryUsername: 'ada' },
    });
    expect(wire.replicationSettings?.primaryPassword).toEqual({ value: 'kanarienvogel' });
    expect(fromWireSettings(wire)).toEqual({ replicationSettings: { primaryUsername: 'ada' } });
  });

  it('refuse a name that is none in a group of settings', () => {
    const wrong = { replicationSettings: { primaryPasword: 'x' } } as DatabaseSettings;
    expect(() => toWireSettings(wrong)).toThrow(
      '"primaryPasword" is not a setting in replicationSettings: replica,',
    );
  });

  it('refuse a name that is none', () => {
    const wrong = { maxConcurency: 5 } as DatabaseSettings;
    expect(() => toWireSettings(wrong)).toThrow(TypeError);
    expect(() => toWireSettings(wrong)).toThrow(
      '"maxConcurency" is not a setting of a database: replicationSettings, fileSize',
    );
  });

  it('have the types one writes', () => {
    expectTypeOf<DatabaseSettings['maxConcurrency']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<DatabaseSettings['syncFrequency']>().toEqualTypeOf<bigint | undefined>();
    // @ts-expect-error a number of milliseconds is a bigint, as on the wire
    toWireSettings({ syncFrequency: 7 });
  });
});
