// What the model knows of each entity class: its indexes, and the few values it may have, so that programs collide often.

import type { EntityClass } from '../../../src/entity/entity-types.js';
import type { KeyPart } from '../../../src/codec/key-parts.js';
import { Blob, Line, Person, Reading, Ticket } from './entities.js';
import { nameOfParts, type Values } from './values.js';

/** An index of a kind. */
export interface KindIndex {
  readonly name: string;
  readonly unique: boolean;
  /** Properties and getters. */
  readonly on: readonly string[];
}

/** One entity class. */
export interface Kind {
  readonly name: string;
  readonly entity: EntityClass;
  readonly idProperties: readonly string[];
  /** Ids, as values of the id properties. Of a class whose ids are generated, one that never is. */
  readonly ids: readonly (readonly KeyPart[])[];
  readonly generated: boolean;
  /** What each property may be, besides undefined. */
  readonly properties: readonly (readonly [name: string, domain: readonly unknown[]])[];
  /** In the order in which a query prefers them: fields, getters, class. */
  readonly indexes: readonly KindIndex[];
  /** What getters give. */
  readonly computed: Readonly<Record<string, (values: Values) => unknown>>;
}

const bytes = (...all: number[]) => Uint8Array.from(all);
const TEXTS = ['a', 'a\0', 'ab', '\uffff', '\u{1F600}'];
const BIGS = [0n, -1n, 255n, 256n, -256n, 2n ** 64n];
const DATES = [0, -1, 8.64e15, -8.64e15].map((ms) => new Date(ms));

/** All classes that programs work on. */
export const KINDS: readonly Kind[] = [
  {
    name: 'person',
    entity: Person,
    idProperties: ['id'],
    ids: [['a'], ['a\0'], [''], ['\u{1F600}']],
    generated: false,
    properties: [
      ['email', TEXTS.slice(0, 3)],
      ['city', [...TEXTS, null]],
      ['age', BIGS],
      ['seat', [0, -0, 1.5]],
      ['note', ['x', '\u00e9t\u00e9', '\0', '']],
    ],
    indexes: [
      { name: 'email', unique: true, on: ['email'] },
      { name: 'city', unique: false, on: ['city'] },
      { name: 'initial', unique: false, on: ['initial'] },
      { name: 'by-city-age', unique: false, on: ['city', 'age'] },
      { name: 'by-seat', unique: true, on: ['city', 'seat'] },
    ],
    computed: { initial: ({ note }) => (note as string | undefined)?.slice(0, 1) },
  },
  {
    name: 'reading',
    entity: Reading,
    idProperties: ['id'],
    ids: [[0], [-0], [-1.5], [Number.MIN_VALUE]],
    generated: false,
    properties: [
      ['time', DATES],
      ['level', [0, -0, 1e300, -1.5]],
      ['ok', [true, false]],
      ['trace', [bytes(), bytes(0), bytes(255, 0)]],
    ],
    indexes: [
      { name: 'time', unique: false, on: ['time'] },
      { name: 'level', unique: true, on: ['level'] },
      { name: 'by-ok-time', unique: false, on: ['ok', 'time'] },
    ],
    computed: {},
  },
  {
    name: 'blob',
    entity: Blob,
    idProperties: ['id'],
    ids: [[bytes()], [bytes(0)], [bytes(0, 255)], [bytes(255)]],
    generated: false,
    properties: [
      ['hash', [bytes(), bytes(0), bytes(0, 255), bytes(255, 255)]],
      ['size', BIGS],
      ['kind', [true, false]],
      ['tags', [[], ['a'], ['a', '\0']]],
    ],
    indexes: [
      { name: 'hash', unique: true, on: ['hash'] },
      { name: 'kind', unique: false, on: ['kind'] },
      { name: 'by-size-kind', unique: true, on: ['size', 'kind'] },
    ],
    computed: {},
  },
  {
    name: 'line',
    entity: Line,
    idProperties: ['order', 'day', 'urgent'],
    ids: [
      [1n, new Date(0), true],
      [1n, new Date(0), false],
      [-1n, new Date(-1), true],
      [2n ** 64n, new Date(0), false],
    ],
    generated: false,
    properties: [
      ['price', [0, -0, -1.5, 1e300]],
      ['due', DATES],
      ['parts', [new Map(), new Map([['a', 1n]])]],
    ],
    indexes: [
      { name: 'price', unique: false, on: ['price'] },
      { name: 'due', unique: true, on: ['due'] },
    ],
    computed: {},
  },
  {
    name: 'ticket',
    entity: Ticket,
    idProperties: ['id'],
    ids: [['nobody']],
    generated: true,
    properties: [
      ['title', TEXTS.slice(0, 3)],
      ['weight', BIGS],
    ],
    indexes: [
      { name: 'title', unique: true, on: ['title'] },
      { name: 'weight', unique: false, on: ['weight'] },
    ],
    computed: {},
  },
];

/** A property or what a getter computes. */
export function valueOf(kind: Kind, values: Values, name: string): unknown {
  return kind.computed[name]?.(values) ?? values[name];
}

/** The id of an entity that holds these values. */
export function idPartsOf(kind: Kind, values: Values): readonly KeyPart[] {
  return kind.idProperties.map((name) => values[name] as KeyPart);
}

/** The id as an application passes it. */
export function idOf(kind: Kind, parts: readonly KeyPart[]): unknown {
  if (parts.length === 1) return parts[0];
  return Object.fromEntries(kind.idProperties.map((name, at) => [name, parts[at]]));
}

/** What an entity is found under by one index; undefined if it lacks a value of it. */
export function indexedValues(kind: Kind, index: KindIndex, values: Values): readonly KeyPart[] | undefined {
  const parts = index.on.map((name) => valueOf(kind, values, name));
  return parts.some((part) => part === undefined || part === null) ? undefined : (parts as KeyPart[]);
}

/** Everything an entity is found under: `index: values`, with the id where several may share it. */
export function entriesOf(
  kind: Kind,
  id: readonly KeyPart[],
  values: Values,
): { readonly unique: boolean; readonly name: string }[] {
  return kind.indexes.flatMap((index) => {
    const parts = indexedValues(kind, index, values);
    if (parts === undefined) return [];
    const { unique, name } = index;
    return [{ unique, name: `${name}: ${nameOfParts(unique ? parts : [...parts, ...id])}` }];
  });
}
