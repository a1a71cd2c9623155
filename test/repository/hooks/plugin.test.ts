import { expect, it } from 'vitest';
import { checkedPlugins } from '../../../src/repository/hooks/plugin.js';

it('takes plug-ins of any class, with at least one hook', () => {
  class Audit {
    readonly name = 'audit';
    #loads = 0;
    get loads() {
      return this.#loads;
    }
    afterLoad() {
      this.#loads++;
    }
  }
  const plugins = [new Audit(), { name: 'other', beforeSave: () => undefined }];
  expect(checkedPlugins(plugins)).toEqual(plugins);
  expect(checkedPlugins(undefined)).toEqual([]);
});

const hook = () => undefined;
it.each([
  [{}, 'must be an array of plug-ins'],
  [[1], 'what is at 0 is no plug-in'],
  [[{ name: 'a', afterLoad: hook }, { afterLoad: hook }], 'what is at 1 is no plug-in'],
  [[{ name: '', afterLoad: hook }], 'what is at 0 is no plug-in'],
  [[{ name: 'a' }], 'The plug-in "a" has none of beforeSave, afterSave, afterLoad'],
  [[{ name: 'a', aftersave: hook }], 'The plug-in "a" has none of'],
  [[{ name: 'a', afterSave: true }], 'The plug-in "a" has a hook afterSave that is not a function'],
  [
    [
      { name: 'a', afterSave: hook },
      { name: 'a', afterLoad: hook },
    ],
    'The plug-in "a" is there twice',
  ],
])('refuses %j', (given, problem) => {
  expect(() => checkedPlugins(given)).toThrow(TypeError);
  expect(() => checkedPlugins(given)).toThrow(problem);
});
