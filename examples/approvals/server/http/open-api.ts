// The description of the API, and a page to try it out on.

import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { PERSON_HEADER } from '../people/asking.js';
import { ACTIONS, ruleOf } from '../orders/transitions.js';

const DESCRIPTION = [
  `Purchase orders, and who approves them. Everything that is answered was proven against the ledger's trusted state.`,
  `Who is asking is said by the header \`${PERSON_HEADER}\`, which stands in for a sign-in.`,
  'Amounts are texts with two decimals, 64-bit numbers decimal texts, hashes and keys lower-case hex, times ISO 8601.',
  ...ACTIONS.map((action) => `- **${action}**: ${ruleOf(action)}`),
].join('\n\n');

/** Serves both, below /api. */
export function describeApi(app: INestApplication): void {
  const builder = new DocumentBuilder().setTitle('Approvals').setVersion('1').setDescription(DESCRIPTION);
  const document = SwaggerModule.createDocument(app, builder.build());
  SwaggerModule.setup('api/docs', app, document, { jsonDocumentUrl: 'api/openapi.json' });
}
