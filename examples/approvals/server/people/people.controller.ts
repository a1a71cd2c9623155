import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { PEOPLE, type Person, type Role } from './people.js';

class PersonView {
  @ApiProperty({ example: 'cleo' }) readonly id: string;
  @ApiProperty({ example: 'Cleo Haas' }) readonly name: string;
  @ApiProperty({ example: ['approver'] }) readonly roles: readonly Role[];
  @ApiPropertyOptional({ example: '5000.00', description: 'The most this person may approve.' })
  readonly limit?: string;

  constructor({ id, name, roles, limit }: Person) {
    this.id = id;
    this.name = name;
    this.roles = roles;
    if (limit !== undefined) this.limit = limit.toString();
  }
}

@ApiTags('people')
@Controller('api/people')
export class PeopleController {
  @Get()
  @ApiOperation({ summary: 'Everybody who works here.' })
  @ApiOkResponse({ type: [PersonView] })
  list(): PersonView[] {
    return PEOPLE.map((person) => new PersonView(person));
  }
}
