import { AppError } from '@mcm/kernel';
import { Controller, Get, Headers, Query } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProperty, ApiSchema, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';

const CHALLENGE = 'x-okta-verification-challenge';

/** Longest challenge that is given back. */
const CHALLENGE_LENGTH = 1024;

/** What Okta expects to read. */
@ApiSchema({ name: 'OktaVerification' })
export class OktaVerificationDto {
  @ApiProperty({ description: 'The challenge of the request.' })
  verification!: string;
}

/**
 * Answers the question that Okta asks once before it uses an event hook: whether the address wants its events
 * (https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request). The events themselves come to
 * the same address with POST.
 */
@ApiTags('events')
@Controller()
export class OktaVerificationController {
  @Get('sources/okta')
  @ApiOperation({
    operationId: 'verifyOktaHook',
    summary: 'Answer the one-time verification of an Okta event hook',
  })
  @ApiHeader({ name: CHALLENGE, required: true })
  @ApiOkResponse({ type: OktaVerificationDto })
  @ApiProblems()
  verify(
    @Query() _query: NoParameters,
    @Headers(CHALLENGE) challenge: string | undefined,
  ): OktaVerificationDto {
    if (challenge === undefined || challenge === '' || challenge.length > CHALLENGE_LENGTH) {
      throw new AppError(
        'invalid',
        'OKTA.NO_CHALLENGE',
        `The header ${CHALLENGE} is missing, or longer than ${CHALLENGE_LENGTH} characters.`,
        { errors: [{ pointer: CHALLENGE, detail: 'must hold the challenge of an event hook' }] },
      );
    }
    return { verification: challenge };
  }
}
