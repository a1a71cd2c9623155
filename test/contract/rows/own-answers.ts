// Where our engine answers otherwise than 1.11.1, on purpose: the one place for it, each with its reason.

/** A row of the table on which the engine has an answer of its own. */
export interface OwnAnswer {
  readonly group: string;
  /** As in the row. */
  readonly what: string;
  readonly answer: string | RegExp;
  readonly because: string;
}

const UNSUPPORTED = /^UNIMPLEMENTED \| \S.* unsupported by the embedded ledger: /;
/** What a caller without the right is told stays what it was; the last of the three may, and is told this. */
const UNSUPPORTED_TO_ALL = /unsupported by the embedded ledger: /;

const own =
  (group: string, because: string) =>
  (what: string, answer: string | RegExp = UNSUPPORTED): OwnAnswer => ({ group, what, answer, because });

const replication = own('databases', 'the engine has no replicas');
const alphabet = own(
  'databases',
  'a name becomes a folder: only letters whose folder is the same everywhere',
);
const removal = own('databases', '1.11.1 never frees the name of a deleted database; the engine does');
const tokens = own('sessions', 'tokens are opaque: ours have a form of their own');
const sessions = own('sessions', 'the engine has no interactive transactions');

/** All of it. */
export const OWN_ANSWERS: readonly OwnAnswer[] = [
  own('streams', 'a stream that says nothing is refused like any that ends too early')(
    'streamVerifiableSet without a start',
    /^INVALID_ARGUMENT \| the stream ended /,
  ),
  tokens('Login', /^\["i1\.\S+", true\]$/),
  tokens('UseDatabase: a token comes with it', /^"i1\.\S+"$/),
  sessions('no credentials: NewTx'),
  sessions('a token: NewTx'),
  alphabet(
    'CreateDatabaseV2 with a letter of another alphabet',
    'UNKNOWN | unrecognized character in database name',
  ),
  replication('a database becomes a replica'),
  replication('a replica is not written', 'ok'),
  replication('nor is one deleted from', 'UNKNOWN | tbtree: key not found'),
  own('databases', '1.11.1 refuses ServerInfo to everybody while any database is unloaded')(
    'ServerInfo while one is unloaded',
    'ok',
  ),
  removal('DeleteDatabase again', 'UNKNOWN | database does not exist'),
  removal('LoadDatabase of a deleted one', 'UNKNOWN | database does not exist'),
  removal('OpenSession on a deleted one', 'UNKNOWN | database does not exist'),
  removal('CreateDatabaseV2 of a deleted one', '{ name: "made", alreadyExisted: false }'),
  removal('UseDatabase of it', 'ok'),
  own('users', '1.11.1 takes any number from 256 for a permission that allows nothing')(
    'CreateUser with permission 256',
    'UNKNOWN | unrecognized permission',
  ),
  own('permissions', 'the engine has no replicas')('exportTx', UNSUPPORTED_TO_ALL),
];
