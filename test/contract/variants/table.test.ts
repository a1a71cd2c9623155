// The table on servers and databases that are set up otherwise. By default what a variant is likely to change; all of the
// table on all of them with IMMUREPO_VARIANTS=all, which takes minutes.
import { afterAll, beforeAll, describe } from 'vitest';
import { describeReal } from '../../support/describe-real.js';
import { describeTable } from '../describe-table.js';
import { GROUPS } from '../rows/all.js';
import { OWN_ANSWERS, type OwnAnswer } from '../rows/own-answers.js';
import type { Group } from '../rows/table.js';
import { OLD_HEADERS, TOLD_HEADERS } from './header-rows.js';
import { ALL_VARIANTS, ENGINE_VARIANTS, type OpenVariant, REAL_VARIANTS, type Variant } from './variants.js';

/** Groups made with metadata, which header version 0 has no room for: what it answers instead is OLD_HEADERS. */
const WITH_METADATA = ['reads', 'writes', 'preconditions'];

const made = (what: string, answer: RegExp): OwnAnswer => ({
  group: 'databases',
  what,
  answer,
  because: 'databases are made so',
});

/** What a variant changes: groups of its own, those it is run on by default, those it cannot be run on, and answers. */
interface Selection {
  readonly groups?: readonly Group[];
  readonly usually?: readonly string[];
  readonly never?: readonly string[];
  readonly answers?: readonly OwnAnswer[];
}

const SELECTIONS: Readonly<Record<string, Selection>> = {
  'all at once': {
    groups: [TOLD_HEADERS],
    usually: ['writes', 'permissions'],
    answers: [made('its concurrency', /maxConcurrency: 2\b/)],
  },
  'request metadata': { groups: ALL_VARIANTS ? [TOLD_HEADERS] : [] },
  'header version 0': {
    groups: [OLD_HEADERS],
    never: WITH_METADATA,
    answers: [made('its writing', /writeTxHeaderVersion: 0/)],
  },
  // Rows are asked one after another in one session, which clients that heal themselves have no need of.
  'short sessions': { never: GROUPS.map(({ name }) => name) },
  'two writes at once': { answers: [made('its concurrency', /maxConcurrency: 2\b/)] },
};

function describeVariant({ name, open }: Variant, engineAnswers: readonly OwnAnswer[]): void {
  const { groups = [], usually = [], never = [], answers = [] } = SELECTIONS[name] ?? {};
  const common = GROUPS.filter((one) =>
    ALL_VARIANTS ? !never.includes(one.name) : usually.includes(one.name),
  );
  if (groups.length + common.length === 0) return;
  describe(name, () => {
    let opened: OpenVariant;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.end());
    describeTable(() => opened.backend, [...common, ...groups], [...answers, ...engineAnswers]);
  });
}

describeReal('the table on a variant', () => {
  for (const variant of REAL_VARIANTS) describeVariant(variant, []);
});
describe('the table on a variant of the engine', () => {
  for (const variant of ENGINE_VARIANTS) describeVariant(variant, OWN_ANSWERS);
});
