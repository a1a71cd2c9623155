// What does the work of SQL besides statements and queries, all of it: loaded with the first call.

export { SqlCatalog } from './catalog.js';
export { begin, runTransaction } from './run-transaction.js';
export { describeTable, listTables } from './tables.js';
export { assertKeyOf, readRow } from './verified-row.js';
