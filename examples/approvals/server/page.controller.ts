import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

/** What is served to browsers, built from examples/approvals/page. */
export const PAGE = join(import.meta.dirname, '..', 'page');

@ApiExcludeController()
@Controller()
export class PageController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): StreamableFile {
    return new StreamableFile(createReadStream(join(PAGE, 'index.html')));
  }
}
