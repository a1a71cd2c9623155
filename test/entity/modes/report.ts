// Run in a process of its own on what a compiler made of entities.ts: prints the schemas and what the classes do.
import { canonicalSuperjson } from '../../../src/codec/canonical-superjson.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { Account, Audited, OrderLine, Savings } from './entities.js';

const seen = [Account, Savings, OrderLine].map((entityClass) => {
  const { className, name, version, properties, idProperties } = schemaOf<object>(entityClass);
  return { className, name, version, properties, idProperties };
});

function failure(call: () => unknown): string {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}

const schema = schemaOf(Account);
const account = schema.create({ createdAt: new Date(0), balance: 5n, tags: new Set(['a']) }).noted('!');
const payload = canonicalSuperjson.encode(schema.toPlain(account));
const { entity } = schema.hydrate(canonicalSuperjson.decode(payload), schema.keyFor(account.id));

console.log(
  JSON.stringify({
    seen,
    base: failure(() => schemaOf(Audited)),
    idLength: account.id.length,
    payload: new TextDecoder().decode(payload).replace(account.id, 'ID'),
    hydrated: entity.summary === account.summary && entity instanceof Account && entity instanceof Audited,
    hasMetadata: typeof Symbol.metadata,
  }),
);
