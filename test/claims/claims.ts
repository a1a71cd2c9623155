// What people have asked of a repository layer on a ledger, and the tests that show it. `npm run claims` prints the list.

/** Something users ask for. */
export interface Claim {
  /** What they can rely on. */
  readonly claim: string;
  /** The tests that show it: a file under `test/`, and the title of a test in it as written there. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

/** The claims of the repository layer. */
export const CLAIMS: readonly Claim[] = [
  {
    claim: 'Nothing is called verified but what a proof was checked for, and no copy of it is.',
    tests: [
      ['repository/repository-suite.ts', 'belongs to the very instance and to what it held'],
      ['repository/query/selection.test.ts', 'shares it with no copy'],
      ['repository/types.test.ts', 'compiles'],
      ['repository/transaction/transaction.test.ts', 'has no evidence before it is committed'],
    ],
  },
  {
    claim: 'Two writers do not overwrite each other unnoticed: the second is told, and nothing is written.',
    tests: [
      [
        'repository/repository-suite.ts',
        'refuse a save on a revision that is no longer the latest, and change nothing',
      ],
      ['repository/repository-suite.ts', 'let exactly one of many concurrent creators win'],
      [
        'repository/write/overwriting.test.ts',
        'every update of many at once changes what the one before left',
      ],
    ],
  },
  {
    claim: 'Uniqueness is declared, not programmed, and holds while values move between entities.',
    tests: [
      ['repository/write/unique.test.ts', 'is won by exactly one of 20 that want it at once'],
      [
        'repository/write/unique.test.ts',
        'is swapped between two, and passed on among three, in one transaction',
      ],
      [
        'repository/write/orphans.test.ts',
        'that name an entity which does not list them, or was deleted, or never was',
      ],
    ],
  },
  {
    claim: 'A write of unknown outcome is settled, and never made twice.',
    tests: [
      [
        'repository/write/idempotency.test.ts',
        'of an insert, from this ledger, from another one, and after more was written',
      ],
      ['testing/network.test.ts', 'is not noticed: what was saved is committed once'],
    ],
  },
  {
    claim:
      'Transactions over several entities are retried where another writer was first, and see one moment.',
    tests: [
      ['repository/transaction/conflicts.test.ts', 'it is written by several, none of whose changes is lost'],
      [
        'repository/transaction/snapshot.test.ts',
        'an answer from before is not handed out beside one from after',
      ],
    ],
  },
  {
    claim: 'Who changed it, why, and in which course of events is part of what is hashed.',
    tests: [
      [
        'repository/time/history-pages.test.ts',
        'are the same all at once and one by one, with who, why and until when',
      ],
      ['repository/provenance.test.ts', 'in the hashed record, and read back by history'],
    ],
  },
  {
    claim:
      'History needs no transaction ids: all revisions, in order, complete between the first and the newest shown.',
    tests: [
      [
        'repository/repository-suite.ts',
        'lists every revision with what it held, who follows whom, and its evidence',
      ],
      ['repository/time/lies.test.ts', 'because a revision is withheld is refused, read %s'],
    ],
  },
  {
    claim: 'The past can be asked for by a date, and the answer names the transactions it lies between.',
    tests: [
      ['repository/time/moment.test.ts', 'comes with both neighbours as proven'],
      [
        'repository/time/revision-at.test.ts',
        'is its last revision not after it, for every transaction, whoever wrote it',
      ],
    ],
  },
  {
    claim: 'Two revisions can be compared, field by field.',
    tests: [
      [
        'repository/diff.test.ts',
        'names each property by its name in the class, in the order of declaration, then undeclared ones by name',
      ],
    ],
  },
  {
    claim: 'Pages neither repeat nor skip: they stay as of the transaction of the first.',
    tests: [
      [
        'repository/query/query-suite.ts',
        'stay as of the transaction of the first page, whatever is written between',
      ],
      ['repository/query/query-suite.ts', 'by an index never list an entity twice that moves ahead of them'],
    ],
  },
  {
    claim: 'A condition that is undefined or null is an error, and never matches everything.',
    tests: [
      ['repository/query/plan.test.ts', 'what says nothing, or what no index can hold, is refused by name'],
    ],
  },
  {
    claim: 'bigint, Date, bytes, Map, Set, NaN and −0 come back as what they were.',
    tests: [
      ['repository/repository-suite.ts', 'keeps every kind of value'],
      [
        'entity/stored-properties.test.ts',
        'every property comes back as it was, -0, NaN and the order of Sets and Maps included',
      ],
    ],
  },
  {
    claim: 'Decorators work under every common compiler, with and without emitted types.',
    tests: [['entity/decorator-modes.test.ts', 'the schema is the same']],
  },
  {
    claim: 'A read never hands out an instance that another one holds.',
    tests: [['repository/repository-suite.ts', 'never shares instances between two reads']],
  },
  {
    claim: 'What one process has seen, no other is shown an older answer of.',
    tests: [
      [
        'client/verified/kept-floors.test.ts',
        'refuse an older answer of a server that rolled one key back between two processes',
      ],
    ],
  },
  {
    claim:
      'A server that leaves out, invents, reorders or replays is refused as far as that can be told, and found out later otherwise.',
    tests: [
      ['repository/query/lying-lists.test.ts', 'a hit that is left out is missing, and nothing else'],
      [
        'repository/query/lying-lists.test.ts',
        'a record that was proven here before cannot be left out any more',
      ],
      ['repository/tampering.test.ts', 'an older revision, once a newer one was seen here'],
      ['repository/tampering.test.ts', 'a revision left out, repeated, or out of order'],
      [
        'repository/tampering.test.ts',
        'whose precondition was ignored: two revisions with one predecessor are found by history',
      ],
    ],
  },
  {
    claim:
      'An index that was declared late answers nothing before it is complete, and completing it can be broken off.',
    tests: [
      ['repository/reindex/completing.test.ts', 'is ready once each entity is found, and not before'],
      ['repository/reindex/completing.test.ts', 'goes on where it was broken off'],
    ],
  },
  {
    claim: 'Limits are told before anything is sent, by their counts.',
    tests: [
      ['repository/write/limits.test.ts', 'is refused by its counts, and nothing is written'],
      [
        'repository/write/limits.test.ts',
        'a batch within batchLimit fits even if every index entry of it moves',
      ],
    ],
  },
  {
    claim: 'A ledger to test against starts in the test itself, and lies on demand.',
    tests: [['testing/example.test.ts', 'closes the till when a balance was changed in the store']],
  },
];
