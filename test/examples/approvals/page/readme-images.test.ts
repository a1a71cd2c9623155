// The pictures that README.md shows are those that the test of the page makes.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { SCREENSHOTS, SHOWN_FOLDER } from './screenshots.js';

const PROJECT = resolve(import.meta.dirname, '..', '..', '..', '..');
const MOST_BYTES = 150_000;

const made = SCREENSHOTS.map((name) => `${name}.png`);

it('are there, small enough, and no others', () => {
  const files = readdirSync(join(PROJECT, SHOWN_FOLDER));
  expect(files.toSorted()).toEqual(made.toSorted());
  const large = files.filter((file) => statSync(join(PROJECT, SHOWN_FOLDER, file)).size > MOST_BYTES);
  expect(large).toEqual([]);
});

it('are shown with words for those who do not see them', () => {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const images = [...readme.matchAll(/!\[([^\]]*)\]\(examples\/approvals\/screenshots\/([^)]+)\)/g)];
  const shown = images.map(([, , file]) => file!);
  for (const file of shown) expect(made).toContain(file);
  expect(shown).toEqual(expect.arrayContaining(['list.png', 'order.png', 'path.png', 'alarm.png']));
  for (const [, words] of images) expect(words!.length).toBeGreaterThan(30);
});
