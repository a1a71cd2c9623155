// Two installed copies of class-transformer: each knows the decorators it gave out itself, and no others.

import 'reflect-metadata';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as library from 'class-transformer';
import { Type } from 'class-transformer';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { classTransformer } from '../../src/adapters/index.js';

class Account {
  id!: string;
  @Type(() => Date) born!: Date;
}

let folder: string;
let copy: typeof library;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'immurepo-test-'));
  const require = createRequire(import.meta.url);
  const cjs = dirname(require.resolve('class-transformer'));
  cpSync(cjs, join(folder, 'cjs'), { recursive: true, filter: (file) => !file.endsWith('.map') });
  copy = require(join(folder, 'cjs', 'index.js')) as typeof library;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('the class is refused with the copy that does not know it', () => {
  expect(classTransformer(library).problemsOf(Account, ['id', 'born'])).toEqual([]);
  expect(classTransformer(copy).problemsOf(Account, ['id', 'born'])).toEqual([
    'class-transformer knows no decorators of it: pass classTransformer() the very module the class has them from ' +
      '(`npm ls class-transformer` shows whether there are two), put one on it, or leave out the hydrator',
  ]);
});

it('a class decorated by the copy is the copy’s', () => {
  class Copied {
    id!: string;
    @copy.Type(() => Date) born!: Date;
  }
  expect(classTransformer(copy).problemsOf(Copied, ['id', 'born'])).toEqual([]);
  expect(classTransformer(library).problemsOf(Copied, ['id', 'born'])).toHaveLength(1);
});
