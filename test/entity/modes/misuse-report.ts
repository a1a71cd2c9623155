// Run in a process of its own on what a compiler made of the misuse: prints what each case throws.
import { INDEX_MISUSE } from './index-misuse.js';
import { MISUSE } from './misuse.js';

function failure(call: () => unknown): string {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}

const cases = Object.entries({ ...MISUSE, ...INDEX_MISUSE });
console.log(JSON.stringify(Object.fromEntries(cases.map(([name, call]) => [name, failure(call)]))));
