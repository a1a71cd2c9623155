// Run in a process of its own on what a compiler made of entities.ts: prints the schemas and what the classes do.
import { canonicalSuperjson } from '../../../src/codec/canonical-superjson.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { Account, Audited, Customer, OrderLine, Patron, Savings } from './entities.js';

const seen = [Account, Savings, OrderLine].map((entityClass) => {
  const { className, name, version, properties, idProperties } = schemaOf<object>(entityClass);
  return { className, name, version, properties, idProperties };
});

const indexes = [Account, Customer, Patron].map((entityClass) =>
  schemaOf<object>(entityClass).indexes.map(
    ({ name, keys, properties }) => `${keys.kind} ${name}: ${properties.join()}`,
  ),
);
const customers = schemaOf(Customer);
const customer = customers.create({
  createdAt: new Date(0),
  id: 'c',
  city: 'Wien',
  email: 'ada@example.com',
  bornOn: null,
  digest: new Uint8Array(2),
});
const values = customers.indexes.map((index) => index.valuesOf(customer)?.join() ?? 'none');

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
const { entity } = schema.hydrate(
  canonicalSuperjson.decode(payload),
  schema.keyFor(account.id),
  schema.version,
);

console.log(
  JSON.stringify({
    seen,
    indexes,
    values,
    stored: Object.keys(customers.toPlain(customer)),
    base: failure(() => schemaOf(Audited)),
    idLength: account.id.length,
    payload: new TextDecoder().decode(payload).replace(account.id, 'ID'),
    hydrated: entity.summary === account.summary && entity instanceof Account && entity instanceof Audited,
    hasMetadata: typeof Symbol.metadata,
  }),
);
