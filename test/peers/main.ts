// `npm run test:peers -- OPTIONS`, see options.ts.
import { goClient } from './go-client.js';
import { immudbPy } from './immudb-py.js';
import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), [goClient, immudbPy], (line) => {
  console.log(line);
});
