// Prints what users can rely on and the tests that show it; fails where one is missing.

import { CLAIMS } from './claims.js';
import { testsOf } from './gaps.js';

let gaps = 0;
for (const claim of CLAIMS) {
  const named = testsOf(claim);
  gaps += named.filter(({ problem }) => problem !== undefined).length + (named.length === 0 ? 1 : 0);
  console.log(
    `${named.length > 0 && named.every(({ problem }) => problem === undefined) ? '✓' : '✗'} ${claim.claim}`,
  );
  for (const { file, title, problem } of named)
    console.log(`    test/${file}: ${title}${problem === undefined ? '' : `: ${problem}`}`);
}
console.log(`\n${CLAIMS.length} claims, ${gaps === 0 ? 'each with its tests' : `${gaps} gaps`}`);
process.exitCode = gaps === 0 ? 0 : 1;
