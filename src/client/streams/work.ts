// What does the work of streams, all of it: loaded with the first call.

export { streamedGet, streamedHistory, streamedScan, streamedZScan } from './plain-reads.js';
export { streamedExecAll, streamedSet } from './plain-writes.js';
export { ProvisionalValue } from './provisional-value.js';
export { pendingGet } from './verified-get.js';
export { verifiedStreamedSet } from './verified-set.js';
