// `npm run quickstart`.
import { quickstart } from './quickstart.js';

const interruption = new AbortController();
let interruptedBy: number | undefined;
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    interruptedBy = exitCode;
    interruption.abort();
  });
}

const exitCode = await quickstart(process.argv.slice(2), process, interruption.signal);
process.exitCode = interruptedBy ?? exitCode;
