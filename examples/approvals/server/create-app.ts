// The application and everything around it that is not a module: limits, checks of what comes in, headers, the page.

import {
  BadRequestException,
  ConsoleLogger,
  type NestApplicationOptions,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { correlate } from './http/correlation.js';
import { describeApi } from './http/open-api.js';
import { onlyLocalNames } from './http/local-names.js';
import { logRequests } from './http/request-log.js';
import { securityHeaders } from './http/security-headers.js';
import { issuesOf } from './http/validation-issues.js';
import { PAGE } from './page.controller.js';
import type { Settings } from './settings/settings.js';

const MOST_JSON = '100kb';
/** A browser sends its headers at once, and a file of 20 MB from this machine takes seconds. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 120_000 };

/** The application, ready to listen once it is initialised. @throws what its ledger cannot be opened for */
export async function createApp(settings: Settings): Promise<NestExpressApplication> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
  const options: NestApplicationOptions = {
    logger: new ConsoleLogger({ json: true, logLevels: settings.logLevels }),
    bodyParser: false,
    abortOnError: false,
  };
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(settings), options);
  Object.assign(app.getHttpServer(), TIMEOUTS);
  app.disable('x-powered-by');
  app.use(correlate, securityHeaders, logRequests, onlyLocalNames);
  app.useBodyParser('json', { limit: MOST_JSON });
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => new BadRequestException(issuesOf(errors)),
    }),
  );
  describeApi(app);
  app.useStaticAssets(PAGE, { prefix: '/assets/', index: false });
  app.enableShutdownHooks();
  return app;
}
