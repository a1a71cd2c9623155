// The program, in a process of its own.
import { useEverything } from './ledger.js';

useEverything().then(console.log, (error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
