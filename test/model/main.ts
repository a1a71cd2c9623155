// `npm run test:model -- OPTIONS`, see options.ts.

import { type RealServer, startServer } from '../support/real-server.js';
import { type BackendName, grpcBackend, memoryBackend, realBackend } from './backends.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { runPrograms, type RunTotals } from './run-programs.js';

function lineOf(name: string, seed: number, totals: RunTotals, ms: number): string {
  const { sequential, concurrent, steps, refused } = totals;
  const programs = sequential + concurrent;
  return (
    `${name}, seed ${seed}: ${programs} programs, ${concurrent} of them concurrent, with ${steps} actions, ${refused} of ` +
    `which were refused; ${Math.round(ms / programs)} ms each`
  );
}

async function runOn(name: BackendName, programs: number, { seed, concurrentEvery }: Options): Promise<void> {
  const server: RealServer | undefined = name === 'real' ? await startServer() : undefined;
  const begun = performance.now();
  const open = {
    memory: memoryBackend,
    grpc: grpcBackend,
    real: () => realBackend(server?.address ?? ''),
  }[name];
  const tell = (totals: RunTotals) => lineOf(name, seed, totals, performance.now() - begun);
  try {
    const onProgress = (totals: RunTotals) => {
      console.error(tell(totals));
    };
    console.log(tell(await runPrograms({ programs, seed, concurrentEvery, open, onProgress })));
  } finally {
    await server?.stop();
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const { programs, backends } = options;
  for (const [at, name] of backends.entries()) {
    const share = Math.floor((programs + at) / backends.length);
    if (share > 0) await runOn(name, share, options);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof Error && error.message.startsWith('--')) console.error(USAGE);
  process.exitCode = 1;
}
