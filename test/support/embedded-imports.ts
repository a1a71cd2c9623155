// Saves an entity in an embedded ledger, and tells on standard output which packages of gRPC that has loaded.

import { createRequire } from 'node:module';
import { openLedger } from '../../src/index.js';
import { Account } from '../repository/entities.js';

const [path] = process.argv.slice(2);
const ledger = await openLedger({ path: path!, entities: [Account] });
const accounts = ledger.repository(Account);
const saved = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 1n }));
await ledger.close();
const grpc = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('@grpc'));
console.log(JSON.stringify({ saved: typeof saved.id === 'string', grpc }));
