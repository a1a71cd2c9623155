// Errors of the ledger as answers of a service: what the caller can act on is told, the rest is in the log.

import type { EventEmitter } from 'node:events';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
  Injectable,
  Logger,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { type Observable, throwError } from 'rxjs';
import { type EntityIssue, ImmuError, VerificationError } from '../errors.js';
import { answerTo, type ErrorAnswer, type LedgerError } from './error-answers.js';

/** The body of an answer to an error of the ledger. */
export interface LedgerErrorBody {
  readonly statusCode: number;
  /** The name of the status: `Conflict`. */
  readonly error: string;
  /** The code of the error: `CONFLICT`. */
  readonly code: string;
  /** For a person. Of a status of 500 and above always the same for a code. */
  readonly message: string;
  /** All that is wrong with what was sent, where validators say. */
  readonly issues?: readonly EntityIssue[];
  /** Whether a check failed: what the ledger answered contradicts what was proven before. */
  readonly tampered?: true;
}

/**
 * Answers errors of the ledger over HTTP:
 *
 * - 409 for CONFLICT, UNIQUE_VIOLATION, MODIFIED_ENTITY, PRECONDITION_FAILED, IDEMPOTENCY_KEY_REUSED
 * - 404 for NOT_FOUND · 422 for VALIDATION_FAILED (with `issues`) and VALUE_REFUSED · 401 for ACTOR_REQUIRED
 * - 503 with Retry-After for UNREACHABLE, SERVER_BUSY, QUEUE_FULL, CLOSED, DEADLINE_EXCEEDED, and what else a retry may mend
 * - 500 with `tampered: true` for a failed check (VerificationError, TRUST_LATCHED), and nothing of what was answered
 * - 500 for UNKNOWN_OUTCOME, which says that it may have been committed, and for everything else
 *
 * An answer of 500 and above has a text of its own for each code; what happened is in the log. Errors of others are not
 * touched. In a microservice the same body is the error that is sent, to a web socket it is the event `exception`, and others
 * are handed an HttpException with it.
 *
 * @example
 * @Module({ providers: [provideExceptionFilter()] })
 * class AppModule {}
 */
@Injectable()
@Catch(ImmuError, VerificationError)
export class ImmurepoExceptionFilter implements ExceptionFilter<LedgerError> {
  readonly #log = new Logger('ImmurepoExceptionFilter');
  readonly #host: HttpAdapterHost;

  /** @param host of the application, for `app.useGlobalFilters(new ImmurepoExceptionFilter(app.get(HttpAdapterHost)))` */
  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  /** Answers. @returns the error for a microservice; undefined where it was sent @throws HttpException to be handled by others */
  catch(exception: LedgerError, host: ArgumentsHost): Observable<never> | undefined {
    const answer = answerTo(exception);
    const { status, retryAfterSeconds: _, ...told } = answer;
    const body: LedgerErrorBody = { statusCode: status, error: STATUS_CODES[status] ?? 'Error', ...told };
    if (status >= 500) this.#log.error(inFull(exception), exception.stack);
    const kind: string = host.getType();
    if (kind === 'rpc') return throwError(() => body);
    if (kind === 'ws') {
      host.switchToWs().getClient<Partial<EventEmitter>>().emit?.('exception', body);
      return undefined;
    }
    if (kind !== 'http') throw new HttpException(body, status, { cause: exception });
    this.#reply(host.switchToHttp().getResponse<object>(), answer, body);
    return undefined;
  }

  #reply(response: object, { status, retryAfterSeconds }: ErrorAnswer, body: LedgerErrorBody): void {
    const { httpAdapter } = this.#host;
    if (httpAdapter.isHeadersSent(response)) {
      breakOff(response);
      return;
    }
    if (retryAfterSeconds !== undefined)
      httpAdapter.setHeader(response, 'Retry-After', String(retryAfterSeconds));
    httpAdapter.reply(response, body, status);
  }
}

/** Half an answer was sent: to end it would make it look like a whole one. */
function breakOff(response: { readonly raw?: unknown; destroy?(): unknown }): void {
  // What Node gave to Express is the response itself, what it gave to Fastify is kept inside.
  const raw = (response.raw ?? response) as Partial<ServerResponse>;
  raw.destroy?.();
}

/** For the log. */
function inFull(error: LedgerError): string {
  return `${error.code}: ${error.message} ${JSON.stringify(error.toJSON().details)}`;
}

/**
 * The filter for the whole application, as a provider of any of its modules.
 *
 * @example
 * @Module({ providers: [provideExceptionFilter()] })
 * class AppModule {}
 */
export function provideExceptionFilter(): Provider {
  return { provide: APP_FILTER, useClass: ImmurepoExceptionFilter };
}
