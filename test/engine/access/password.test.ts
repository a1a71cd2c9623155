import { expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { hashPassword, isPassword, MEMORY_COST, STORED_COST } from '../../../src/engine/access/password.js';

it('knows the password that was hashed, and no other', async () => {
  const kept = await hashPassword(utf8('correct horse'), MEMORY_COST);
  expect(await isPassword(kept, utf8('correct horse'))).toBe(true);
  expect(await isPassword(kept, utf8('correct horsf'))).toBe(false);
  expect(await isPassword(kept, utf8(''))).toBe(false);
});

it('salts: the same password is kept differently each time', async () => {
  const [a, b] = await Promise.all([1, 2].map(() => hashPassword(utf8('same'), MEMORY_COST)));
  expect(a!.salt).not.toBe(b!.salt);
  expect(a!.hash).not.toBe(b!.hash);
});

it('keeps nothing of the password itself, and what it needs to check it later', async () => {
  const kept = await hashPassword(utf8('secret-word'), STORED_COST);
  expect(JSON.stringify(kept)).not.toContain('secret-word');
  expect(await isPassword(JSON.parse(JSON.stringify(kept)) as typeof kept, utf8('secret-word'))).toBe(true);
});
