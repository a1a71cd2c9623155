// What class-transformer 0.5.1 loses without a word is refused, with the name of the property: never stored damaged, and
// never handed out damaged.

import 'reflect-metadata';
import { Expose, Transform, Type } from 'class-transformer';
import { describe, expect, it } from 'vitest';

import { ImmuError } from '../../src/errors.js';
import { hydrator } from './hydrated.js';

const noted = (type: unknown): PropertyDecorator => Reflect.metadata('design:type', type);

class Box {
  @Expose() value: unknown;
}

class Item {
  constructor(readonly name = '') {}
}

function saving(value: unknown, entityClass: new () => { value: unknown } = Box): unknown {
  try {
    return hydrator.toStored(entityClass, Object.assign(new entityClass(), { value }));
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const refused = (what: string) => `VALUE_REFUSED: Box.value${what}.`;
const AS_BUFFER = 'declare a Buffer with @Type(() => Buffer)';
const AS_ARRAY = 'turn it into an array and back with @Transform';

describe('bytes (class-transformer#1815)', () => {
  it('are not stored as an object of numbers', () => {
    const text = refused(` is a Uint8Array, and class-transformer makes a plain object of it: ${AS_BUFFER}`);
    expect(saving(Uint8Array.of(1, 2))).toBe(text);
  });

  it('nor lost when they are read, with @Type(() => Uint8Array)', () => {
    class Typed {
      @Type(() => Uint8Array) value: unknown;
    }
    expect(saving(Uint8Array.of(1, 2), Typed)).toMatch('VALUE_REFUSED: Typed.value is a Uint8Array, and');
  });

  it('nor as a Buffer without @Type, nor inside of something', () => {
    expect(saving(Buffer.of(1))).toMatch('VALUE_REFUSED: Box.value is a Buffer, and');
    expect(saving([{ data: Uint8Array.of(1) }])).toMatch('Box.value[0].data is a Uint8Array, and');
  });

  it('of a record that something else wrote are not read as none', () => {
    const reading = () => hydrator.fromStored(Box, { value: Uint8Array.of(1, 2) });
    expect(reading).toThrow(
      'Box: .value is stored as a Uint8Array, and class-transformer makes a plain object of it. ' +
        `Let an upcast make of it what the library can carry, or ${AS_BUFFER}.`,
    );
    expect(reading).toThrow(expect.objectContaining({ code: 'UNREADABLE_RECORD' }));
  });
});

describe('a Set (class-transformer#1723)', () => {
  it('does not come back as an array', () => {
    const text = refused(` is a Set, and class-transformer makes an array of it: ${AS_ARRAY}`);
    expect(saving(new Set(['knife']))).toBe(text);
  });

  it('does not come back as an array with @Type(() => Set)', () => {
    class Typed {
      @Type(() => Set) value: unknown;
    }
    expect(saving(new Set(['knife']), Typed)).toMatch('VALUE_REFUSED: Typed.value is a Set, and');
  });

  it('of a record that something else wrote is not read as an array', () => {
    expect(() => hydrator.fromStored(Box, { value: new Set(['knife']) })).toThrow(
      'Box: .value is stored as a Set, and class-transformer makes an array of it.',
    );
  });

  it('is stored where reflect-metadata lets the library bring it back', () => {
    class Typed {
      @Type(() => Item) @noted(Set) value: unknown;
    }
    expect(saving(new Set([new Item('a')]), Typed)).toEqual({ value: [{ name: 'a' }] });
  });
});

describe('a Map (class-transformer#1342)', () => {
  class Counts {
    @Type(() => Number) @noted(Map) value: unknown;
  }

  it('does not come back as an object', () => {
    const text = refused(` is a Map, and class-transformer makes a plain object of it: ${AS_ARRAY}`);
    expect(saving(new Map([['a', 1]]))).toBe(text);
  });

  it('does not lose keys that a Map has methods of', () => {
    expect(saving(new Map([['something', 42]]), Counts)).toEqual({ value: { something: 42 } });
    for (const key of ['size', 'get']) {
      const map = new Map([
        ['something', 42],
        [key, 1337],
      ]);
      expect(saving(map, Counts)).toBe(
        `VALUE_REFUSED: Counts.value is a Map, and class-transformer makes another one of it: ${AS_ARRAY}.`,
      );
    }
  });

  it('does not get texts for keys', () => {
    expect(saving(new Map([[1, 42]]), Counts)).toMatch('VALUE_REFUSED: Counts.value is a Map, and');
  });
});

describe('and also', () => {
  it.each([
    [new URL('http://localhost/'), 'is a URL, and class-transformer makes a plain object of it'],
    [/a/, 'is a RegExp, and class-transformer makes a plain object of it'],
    [new Float64Array(1), 'is a Float64Array, and class-transformer makes a plain object of it'],
    [() => 1, 'is a function, and class-transformer makes a number of it'],
  ])('%o is refused', (value, text) => {
    expect(saving(value)).toMatch(`VALUE_REFUSED: Box.value ${text}`);
  });

  it('an instance that nobody says the class of', () => {
    expect(saving({ item: new Item('a') })).toBe(
      refused(
        '.item is an Item, and class-transformer makes a plain object of it: ' +
          'put @Type(() => Item) on it, with a discriminator where it may be one of several classes',
      ),
    );
  });

  it('an instance of a subclass that would come back as its base', () => {
    class Special extends Item {}
    class Typed {
      @Type(() => Item) value: unknown;
    }
    expect(saving(new Special('a'), Typed)).toMatch(
      'Typed.value is a Special, and class-transformer makes an Item',
    );
  });

  it('a name that objects have a method of, which the library passes over', () => {
    expect(saving({ toString: 'text' })).toMatch(
      'VALUE_REFUSED: Box.value.toString, as it is stored, would be read as something else',
    );
  });

  it('a @Transform that does more each time', () => {
    class Growing {
      @Transform(({ value }) => `${String(value)}!`, { toPlainOnly: true }) value: unknown;
    }
    expect(saving('a', Growing)).toMatch('Growing.value, as it is stored, would be read as something else');
  });

  it('a @Transform that fails, with its error', () => {
    class Failing {
      @Transform(() => {
        throw new Error('no key');
      })
      value: unknown;
    }
    const text = 'Failing: class-transformer did not get it into storage and back: Error: no key.';
    expect(saving('a', Failing)).toBe(`VALUE_REFUSED: ${text}`);
    expect(() => hydrator.fromStored(Failing, { value: 1 })).toThrow(
      'Failing: class-transformer made no instance of the record: Error: no key',
    );
  });

  it('an object that contains itself', () => {
    const circular: unknown[] = [];
    circular.push(circular);
    expect(saving(circular)).toMatch('VALUE_REFUSED: Box: class-transformer did not get it into storage');
  });
});
