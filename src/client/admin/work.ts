// What does the work of administration, all of it: loaded with the first call.

export { exportMany, exportOne, verifiedExport } from './export.js';
export { importOne } from './import.js';
export {
  compactIndex,
  databaseSettings,
  deleteDatabase,
  flushIndex,
  loadDatabase,
  truncateDatabase,
  unloadDatabase,
  updateDatabase,
} from './manage-databases.js';
export { replicateInto } from './replicate.js';
export { replicationStatus } from './replication-status.js';
export {
  changePassword,
  changePermission,
  changeSqlPrivileges,
  createUser,
  listUsers,
  setActive,
} from './users.js';
