// Run in a process of its own on what a compiler made of misuse.ts: prints what each case throws.
import { MISUSE } from './misuse.js';

function failure(call: () => unknown): string {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}

console.log(
  JSON.stringify(Object.fromEntries(Object.entries(MISUSE).map(([name, call]) => [name, failure(call)]))),
);
