// `npm run test:package -- OPTIONS`, see options.ts.
import { run } from './run.js';

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}
process.exitCode = await run(process.argv.slice(2), (line) => {
  console.log(line);
});
