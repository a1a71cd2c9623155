import { IsRevision } from './revision.js';

export class PathQuery {
  @IsRevision()
  revision!: string;
}
