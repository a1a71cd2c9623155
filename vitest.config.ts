import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.js';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^immurepo$/, replacement: source('./src/index.ts') },
      { find: /^immurepo\/codec$/, replacement: source('./src/codecs/index.ts') },
      { find: /^immurepo\/(cbor|message-pack)$/, replacement: source('./src/codecs/$1.ts') },
      {
        find: /^immurepo\/(client|proof|engine|testing|adapters|import|extend|nest|nest\/health|nest\/testing)$/,
        replacement: source('./src/$1/index.ts'),
      },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/shared-server.ts'],
    reporters: ['default', new CountReporter()],
    // Most tests wait for a server's disk: one worker, which is the default on two cores, leaves a core idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
