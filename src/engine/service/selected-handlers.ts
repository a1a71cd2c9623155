// What a caller may ask about the selected database without its data being touched: settings, health, upkeep.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { refused } from '../service-failure.js';
import { type EngineHandler, engineHandler } from './engine-handler.js';
import type { EngineParts } from './engine-parts.js';
import { oldSettingsMessage, settingsMessage } from './settings-message.js';

const { methods } = ImmuServiceDefinition;

/** Go's beginning of time, in milliseconds: what 1.11.1 says where nothing was done yet. */
const NEVER_MS = -62_135_596_800_000n;

/** Settings, health and upkeep of the selected database. */
export function selectedHandlers({ catalog, databases }: EngineParts): readonly EngineHandler[] {
  const settingsOf = (name: string) => catalog.database(name)?.settings ?? {};
  return [
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.getDatabaseSettings, (context) => {
      const { database } = context.select('read', false);
      return oldSettingsMessage(database, settingsOf(database));
    }),
    engineHandler(methods.getDatabaseSettingsV2, (context) => {
      const { database } = context.select('read', false);
      return { database, settings: settingsMessage(settingsOf(database)) };
    }),
    engineHandler(methods.databaseHealth, async (context) => {
      const { database } = context.select('read', false);
      const open = databases.isLoaded(database) ? await databases.use(database) : undefined;
      const last = open?.lastCompletedMs;
      return {
        pendingRequests: open?.running ?? 0,
        lastRequestCompletedAt: last === undefined ? NEVER_MS : BigInt(last),
      };
    }),
    engineHandler(methods.flushIndex, async (context, { cleanupPercentage }) => {
      const { database } = context.select('administer', true);
      await databases.use(database);
      if (!(cleanupPercentage >= 0 && cleanupPercentage <= 100)) {
        throw refused('tbtree: illegal arguments: invalid cleanupPercentage');
      }
      // The index is written with each transaction.
      return { database };
    }),
    engineHandler(methods.compactIndex, async (context) => {
      const { database } = context.select('administer', true);
      await databases.use(database);
      // There is nothing to compact, ever; immudb says this where there is not enough.
      throw refused('tbtree: compaction threshold not yet reached');
    }),
  ];
}
