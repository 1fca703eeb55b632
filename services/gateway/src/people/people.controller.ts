import { AppError } from '@mcm/kernel';
import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { LocalSignInGuard } from '../sign-in/local-sign-in.guard.js';
import { PeopleService } from './people.service.js';
import {
  InvitationDto,
  PersonChangeDto,
  PersonDto,
  personDto,
  PersonListDto,
  PersonPath,
  personWithLink,
  PersonWithLinkDto,
  ResetRequestDto,
} from './person.dto.js';

/** The people who may sign in. */
@ApiTags('people')
@Requires('admin')
@Controller('people')
export class PeopleController {
  constructor(private readonly people: PeopleService) {}

  @Get()
  @ApiOperation({ operationId: 'listPeople', summary: 'All people, by name' })
  @ApiOkResponse({ type: PersonListDto })
  @ApiProblems()
  async list(@Query() _query: NoParameters): Promise<PersonListDto> {
    return { items: (await this.people.list()).map(personDto) };
  }

  @Post()
  @UseGuards(LocalSignInGuard)
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'invitePerson',
    summary: 'Invite a person; the answer has the link to hand over',
  })
  @ApiCreatedResponse({ type: PersonWithLinkDto })
  @ApiProblems([409, 'PEOPLE.EXISTS', 'PEOPLE.TOO_MANY', 'AUTH.NOT_LOCAL'])
  async invite(
    @Query() _query: NoParameters,
    @Body() body: InvitationDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PersonWithLinkDto> {
    return personWithLink(await this.people.invite(body, caller));
  }

  @Patch(':id')
  @ApiOperation({ operationId: 'changePerson', summary: 'Change name or role, disable or enable' })
  @ApiOkResponse({ type: PersonDto })
  @ApiProblems([404, 'PEOPLE.NOT_FOUND'], [409, 'PEOPLE.LAST_ADMIN', 'PEOPLE.FROM_PROVIDER'])
  async change(
    @Param() { id }: PersonPath,
    @Query() _query: NoParameters,
    @Body() body: PersonChangeDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PersonDto> {
    if (Object.values(body).every((value) => value === undefined)) {
      const detail = 'say what to change: name, role or disabled';
      throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: 'role', detail }] });
    }
    return personDto(await this.people.change(id, body, caller));
  }

  @Post(':id/reset-link')
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'resetPerson',
    summary: 'Make a link with which the person sets a new password',
    description:
      'For a person who has not joined yet it is the invitation again. Earlier links stop working.',
  })
  @ApiBody({ type: ResetRequestDto, required: false })
  @ApiCreatedResponse({ type: PersonWithLinkDto })
  @ApiProblems([404, 'PEOPLE.NOT_FOUND'], [409, 'PEOPLE.DISABLED', 'PEOPLE.FROM_PROVIDER'])
  async reset(
    @Param() { id }: PersonPath,
    @Query() _query: NoParameters,
    @Body() { remove_totp }: ResetRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PersonWithLinkDto> {
    return personWithLink(await this.people.resetLink(id, remove_totp === true, caller));
  }
}
