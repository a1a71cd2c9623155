// The example at the top of the index is the one the tests run.

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const source = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

it('quotes its example word for word', async () => {
  const comment = (await source('../../src/testing/index.ts')).replaceAll(/^\/\/ ?/gm, '');
  const quoted = /^```ts\n(.*?)^```$/ms.exec(comment)?.[1];
  expect(quoted).toBe(await source('example.test.ts'));
});
