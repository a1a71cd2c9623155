// Adds the bytes of new cases to the checked-in fixtures: `npx tsx test/codec/add-fixtures.ts`.
// It never rewrites a fixture: stored bytes are for ever, and a difference is a bug or a new format.
import { writeFileSync } from 'node:fs';

import { FIXTURE_FILES, readFixtures } from './fixture-set.js';

let changed = 0;
for (const { path, written } of FIXTURE_FILES) {
  const fixtures = readFixtures(path);
  let added = 0;
  for (const [name, hex] of written) {
    if (fixtures[name] === undefined) {
      fixtures[name] = hex;
      added++;
    } else if (fixtures[name] !== hex) {
      changed++;
      console.error(`${path}: "${name}" would change; left as it is.`);
    }
  }
  if (added > 0) writeFileSync(path, `${JSON.stringify(fixtures, undefined, 2)}\n`);
  console.log(`${path}: ${added} added.`);
}
process.exitCode = changed === 0 ? 0 : 1;
