// What finds secrets is itself held to find them, wherever they are.
import { expect, it } from 'vitest';
import { shown } from './shown.js';

const SECRET = 'kanarienvogel';

class WithGetter {
  readonly #kept = SECRET;
  get given(): string {
    return this.#kept;
  }
}

class WithMethod {
  readonly #kept = SECRET;
  reveal(): string {
    return this.#kept;
  }
}

const found = (root: unknown) => [...shown(root)].some((text) => text.includes(SECRET));

it.each<[string, unknown]>([
  ['a value', { a: [{ b: `x${SECRET}` }] }],
  ['a name', { [SECRET]: 1 }],
  ['bytes', { a: new TextEncoder().encode(`x${SECRET}`) }],
  ['a map', new Map([[{ a: SECRET }, 1]])],
  ['a set', new Set([[SECRET]])],
  ['a cause', new Error('a', { cause: { b: new Error(SECRET) } })],
  ['a hidden property', Object.defineProperty({}, 'a', { value: SECRET, enumerable: false })],
  ['a symbol', { [Symbol('a')]: SECRET }],
  ['a property of a function', Object.assign(() => undefined, { a: SECRET })],
  ['what a getter of the class gives', new WithGetter()],
  ['what toJSON gives', { toJSON: () => SECRET }],
])('is found in %s', (_, root) => {
  expect(found(root)).toBe(true);
});

it('is not found where only a call gives it', () => {
  expect(found(new WithMethod())).toBe(false);
});
