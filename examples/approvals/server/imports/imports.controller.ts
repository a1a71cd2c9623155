import {
  Controller,
  ForbiddenException,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  Req,
  Res,
  ServiceUnavailableException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiHeader, ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger'; // prettier-ignore
import type { Request, Response } from 'express';
import { Asking, PERSON_HEADER } from '../people/asking.js';
import type { Person } from '../people/people.js';
import { ImportFolder } from './import-folder.js';
import { ImportJobs } from './import-jobs.js';
import { COLUMNS } from './import-row.js';
import { ImportStartedView, ImportView } from './import.view.js';
import { receiveFile } from './received-file.js';

const RETRY_AFTER_SECONDS = '5';

@ApiTags('imports')
@Controller('api/imports')
export class ImportsController {
  constructor(
    private readonly jobs: ImportJobs,
    private readonly folder: ImportFolder,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Imports a file of orders.',
    description: `Columns: ${COLUMNS.join(',')}; one row for each product, the rows of an order one after another. Of at most 20 MB.`,
  })
  @ApiHeader({ name: PERSON_HEADER, required: true, example: 'ada', description: 'Who is asking.' })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiAcceptedResponse({ type: ImportStartedView })
  @ApiServiceUnavailableResponse({
    description: 'Too many wait already; when to ask again is in Retry-After.',
  })
  async begin(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Asking() person: Person,
  ): Promise<ImportStartedView> {
    if (person.roles.includes('auditor'))
      throw new ForbiddenException(`${person.name} may not import orders.`);
    if (request.is('text/csv') !== 'text/csv')
      throw new UnsupportedMediaTypeException('Send a file of the type text/csv.');
    this.#assertRoom(response);
    const { path, release } = await receiveFile(request, () => this.folder.make());
    try {
      // Others may have come while it arrived.
      this.#assertRoom(response);
    } catch (error) {
      await release();
      throw error;
    }
    return new ImportStartedView(this.jobs.start(path, `Imported by ${person.name}`, release));
  }

  #assertRoom(response: Response): void {
    if (this.jobs.hasRoom) return;
    response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    throw new ServiceUnavailableException(
      'Several files wait to be imported already. Try again in a moment.',
    );
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far an import is.' })
  @ApiOkResponse({ type: ImportView })
  progress(@Param('id', ParseUUIDPipe) id: string): ImportView {
    const job = this.jobs.get(id);
    if (job === undefined) throw new NotFoundException('There is no such import, or it was long ago.');
    return new ImportView(job);
  }
}
