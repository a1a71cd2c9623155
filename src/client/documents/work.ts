// What does the work of documents, all of it: loaded with the first call.

export { requireDocumentId } from '../../proof/verify/verify-document.js';
export { audit } from './audit.js';
export {
  addField,
  createCollection,
  createIndex,
  deleteCollection,
  deleteIndex,
  getCollection,
  listCollections,
  removeField,
  updateCollection,
} from './collections.js';
export { count, search } from './search.js';
export { verifiedDocument } from './verified-document.js';
export { verifiedInsert, verifiedReplace } from './verified-writes.js';
export { deleteAll, insertAll, replaceAll } from './writes.js';
