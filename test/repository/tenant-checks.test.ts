// Who watches over a ledger is told of every failed check of its tenants, and of nothing else.

import { expect, it } from 'vitest';
import type { ImmuClient } from 'immurepo/client';
import { ImmuError, VerificationError } from 'immurepo';
import { TenantChecks } from '../../src/repository/tenant-checks.js';
import { memoryLedger } from '../../src/testing/index.js';

const heardBy = (checks: TenantChecks) => {
  const heard: unknown[] = [];
  checks.events.on('check-failed', ({ database, error }) => heard.push([database, error.code]));
  return heard;
};
const soon = () => new Promise((resolve) => setImmediate(resolve));

it('tells of a check that fails while a tenant is opened, and of no other failure', async () => {
  const checks = new TenantChecks();
  const heard = heardBy(checks);
  for (const error of [
    new VerificationError('ROLLBACK_DETECTED', 'older than before'),
    new ImmuError('TRUST_LATCHED', 'a fork was proven'),
    new ImmuError('UNREACHABLE', 'away'),
  ])
    await expect(checks.watch('acme', Promise.reject<ImmuClient>(error))).rejects.toBe(error);
  await soon();
  expect(heard).toEqual([
    ['acme', 'ROLLBACK_DETECTED'],
    ['acme', 'TRUST_LATCHED'],
  ]);
});

it('tells of checks that fail in an open one', async () => {
  await using ledger = await memoryLedger({ entities: [] });
  const checks = new TenantChecks();
  const heard = heardBy(checks);
  const client = await checks.watch('acme', Promise.resolve(ledger.client));
  client.report('get', new VerificationError('BINDING_MISMATCH', 'another key'));
  await soon();
  await soon();
  expect(heard).toEqual([['acme', 'BINDING_MISMATCH']]);
});
