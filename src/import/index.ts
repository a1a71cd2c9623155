// `immurepo/import`: files of newline-delimited JSON or comma-separated values into entities.

export { importEntities } from './import-entities.js';
export type { ImportFormat, ImportOptions, ImportProgress, ImportReport, RefusedRow } from './options.js';
