// `immurepo/nest/health`: the health of ledgers for `@nestjs/terminus`.

export { ImmurepoHealthIndicator } from './immurepo-health-indicator.js';
