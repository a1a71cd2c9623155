// `npm run --silent conformance -- FILE`, see run.ts.

import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), process.stdout, console.error);
