// `immurepo/nest/testing`: ledgers in memory for the tests of a Nest application.

export { ImmurepoTestingModule, type ImmurepoTestingOptions } from './immurepo-testing-module.js';
