// Who is asking: named by the header `x-person`. This stands in for a sign-in, and is where one would be put.

import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request } from 'express';
import { PEOPLE, type Person, personOf } from './people.js';

export const PERSON_HEADER = 'x-person';

const ONLY_LOOKS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const ASKING = Symbol('the person who is asking');

interface AskedRequest extends Request {
  [ASKING]?: Person;
}

/** The person a request was let in for; undefined for one who only looks and gave no name. */
export function personAsking(request: Request): Person | undefined {
  return (request as AskedRequest)[ASKING];
}

/** Lets in people who are known. Whoever only looks need not say who they are. */
@Injectable()
export class PersonGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const id = request.get(PERSON_HEADER);
    if (id === undefined && ONLY_LOOKS.has(request.method)) return true;
    const person = id === undefined ? undefined : personOf(id);
    if (person === undefined)
      throw new UnauthorizedException(
        `Say who you are by the header ${PERSON_HEADER}: ${PEOPLE.map((one) => one.id).join(', ')}.`,
      );
    request[ASKING] = person;
    return true;
  }
}

/** The person who is asking, as an argument of a handler. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext) =>
  personAsking(context.switchToHttp().getRequest<Request>()),
);
