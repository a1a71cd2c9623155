// Repositories keep their promises on servers and databases that are set up otherwise. By default on those that change what
// a repository meets; on all with IMMUREPO_VARIANTS=all.
import { describe } from 'vitest';
import { Account, OrderLine, Specimen } from '../../repository/entities.js';
import { repositorySuite } from '../../repository/repository-suite.js';
import { describeReal } from '../../support/describe-real.js';
import { createDatabase, openOn } from './ledgers.js';
import { ALL_VARIANTS, ENGINE_VARIANTS, REAL_VARIANTS, type Variant } from './variants.js';

const USUALLY = ['all at once', 'header version 0'];

function describeVariants(variants: readonly Variant[]): void {
  for (const variant of variants) {
    if (!ALL_VARIANTS && !USUALLY.includes(variant.name)) continue;
    repositorySuite(variant.name, async () => {
      const opened = await variant.open();
      const database = await createDatabase(variant, opened);
      return { open: () => openOn(opened, database, [Account, OrderLine, Specimen]), close: opened.end };
    });
  }
}

describeReal('repositories on a variant', () => {
  describeVariants(REAL_VARIANTS);
});
describe('repositories on a variant of the engine', () => {
  describeVariants(ENGINE_VARIANTS);
});
