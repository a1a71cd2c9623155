// The table of attacks that a verifying client must withstand, row by row: which of them a server can commit, and where
// those are shown that it cannot.

/** A row of the table. */
export interface Row {
  readonly row: number;
  readonly attack: string;
  /** Why no server is made to commit it here, or what of it is still to come. */
  readonly note?: string;
  /** Test files that show it, under `test/`. */
  readonly files?: readonly string[];
}

/** What a row says that has nothing to show yet. */
export const NOT_BUILT = 'not built yet';

const row = (number: number, attack: string, note?: string, ...files: string[]): Row => ({
  row: number,
  attack,
  ...(note === undefined ? {} : { note }),
  ...(files.length === 0 ? {} : { files }),
});

export const ROWS: readonly Row[] = [
  row(1, 'rollback'),
  row(2, 'fork'),
  row(
    3,
    'split view between clients',
    'of clients that share a store; comparing heads otherwise is not built yet',
  ),
  row(4, 'fork within one client, by concurrency', undefined, 'client/verified/concurrency.test.ts'),
  row(5, 'replay of an old response'),
  row(
    6,
    'stale read',
    'what nobody here has seen cannot be proven; an audit that could is not built yet',
    'client/verified/kept-floors.test.ts',
  ),
  row(7, '"no such key"', 'the same'),
  row(8, 'freeze', 'cannot be proven; an age limit for states is not built yet'),
  row(9, 'value swapped between keys'),
  row(10, 'another transaction than asked for', undefined, 'repository/time/lies.test.ts'),
  row(11, 'reference target swapped or re-pointed'),
  row(
    12,
    'sorted set score or member swapped',
    'writes only, by the proof part; reading sorted sets is not built yet',
  ),
  row(13, 'transactions reordered or renumbered'),
  row(14, 'entries of a transaction dropped, added, doubled, reordered'),
  row(15, 'metadata'),
  row(16, 'timestamps', "bound to the hash; that they are true is nobody's to prove"),
  row(17, "the client's clock", 'no server moves it', 'client/verified/floors.test.ts'),
  row(18, 'two signed states of one transaction'),
  row(19, 'signature missing'),
  row(20, 'key that comes with a signature'),
  row(21, 'bad signatures'),
  row(22, 'signature check dropped on reconnect'),
  row(
    23,
    'key rotation',
    'a new key is refused until it is pinned; ranges and revocation are not built yet',
    'trust/policy.test.ts',
  ),
  row(24, 'another server with the same key', 'at first contact it cannot be told: one key for each ledger'),
  row(25, 'database names confused'),
  row(26, 'hostile names'),
  row(27, "the server's name swapped to reset trust"),
  row(28, 'trust record damaged', 'on this side of the wire', 'trust/file-damage.test.ts'),
  row(
    29,
    'crash in the midst of storing, many processes',
    'on this side of the wire',
    'trust/file-faults.test.ts',
    'trust/file-processes.test.ts',
  ),
  row(30, 'header version downgraded'),
  row(31, 'proofs of another length'),
  row(32, 'huge proofs and fields'),
  row(33, 'answers that make the client ask and ask', 'every case also limits its calls'),
  row(34, 'malformed messages', undefined, 'client/decode-answer.test.ts'),
  row(35, 'unknown fields'),
  row(36, 'prototype pollution', 'what is stored, not what is answered', 'codec/hostile-payloads.test.ts'),
  row(37, 'decompression bombs', undefined, 'client/grpc-transport.test.ts'),
  row(38, 'endless streams', `${NOT_BUILT}: the client has no streams`),
  row(39, 'verified reads by stream', `${NOT_BUILT}: the client has no streams`),
  row(40, 'TLS downgrade', 'below the messages', 'client/tls.test.ts'),
  row(41, 'credentials in logs', 'on this side of the wire', 'client/secrets.test.ts'),
  row(42, 'text of errors'),
  row(43, 'first contact'),
  row(44, 'SQL and documents', `${NOT_BUILT}: entities are stored as keys and values only`),
  row(45, 'lists with more or less than there is', undefined, 'repository/query/lying-lists.test.ts'),
  row(46, 'a write lost and made again', undefined, 'client/verified/unknown-outcome.test.ts'),
  row(47, 'the answer to another request'),
  row(48, 'values cut off or said to be gone'),
  row(49, 'receipts', NOT_BUILT),
  row(50, 'one witness counted twice', `${NOT_BUILT}: there are no witnesses`),
  row(51, 'trust store put back by an insider', 'cannot be told on one disk: keep the store elsewhere'),
  row(52, 'numbers beyond 2^53, 2^63, below 0', undefined, 'trust/u64.test.ts'),
];
