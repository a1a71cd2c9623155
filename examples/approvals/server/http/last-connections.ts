// When the service is to end, what is under way is finished. But a connection on which nobody finishes a request would keep it
// from ending for as long as somebody likes, so that has a limit.

import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { Settings } from '../settings/settings.js';

@Injectable()
export class LastConnections implements BeforeApplicationShutdown {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly settings: Settings,
  ) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    setTimeout(() => {
      server.closeAllConnections();
    }, this.settings.shutdownMs).unref();
  }
}
