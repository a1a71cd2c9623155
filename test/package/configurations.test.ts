// The README tells to configure test runners as they are configured where they are tried.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './packed.js';
import * as configurations from './runner-configurations.js';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const section = readme.split('\n## CommonJS, TypeScript and Jest\n')[1]!.split('\n## ')[0]!;
const blocks = [...section.matchAll(/^```(json|js)\n(.*?)^```$/gms)].map(([, language, text]) =>
  language === 'json' ? (JSON.parse(text!) as unknown) : text!,
);

it('the README has each configuration, and no other', () => {
  const held = Object.values(configurations);
  for (const configuration of held) expect(blocks).toContainEqual(configuration);
  expect(blocks).toHaveLength(held.length);
});
