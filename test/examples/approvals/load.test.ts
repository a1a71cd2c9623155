// A short run of the load: many at work, and a service that is killed in the middle of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { builtExample } from './built.js';

it('loses nothing that was acknowledged, and leaves nothing half done', async () => {
  const tool = join(await builtExample(), 'examples', 'approvals', 'tools', 'load.js');
  const line = [tool, '--users', '8', '--seconds', '4', '--kill', '--json'];
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([
    text(child.stdout),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const report = JSON.parse(said) as Record<string, unknown>;
  expect(report).toMatchObject({
    users: 8,
    kills: 1,
    lost: [],
    wrongBudgets: [],
    wrongPayments: [],
    unexpected: {},
  });
  expect(report.approvals).toBeGreaterThan(0);
  expect(code).toBe(0);
}, 60_000);
