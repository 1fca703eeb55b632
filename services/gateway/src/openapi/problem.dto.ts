import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';

/** One problem of a request. */
@ApiSchema({ name: 'ErrorDetail', description: 'One problem of a request.' })
export class ErrorDetailDto {
  @ApiProperty({
    description: "JSON pointer (RFC 6901) into the body, or a parameter's name.",
    example: 'page',
  })
  pointer!: string;

  @ApiProperty({ example: 'must be at least 1' })
  detail!: string;
}

/** RFC 9457 problem details: the body of every answer with a status of 400 or more. */
@ApiSchema({ name: 'Problem', description: 'A problem (RFC 9457), as application/problem+json.' })
export class ProblemDto {
  @ApiProperty({ format: 'uri-reference', example: 'about:blank' })
  type!: string;

  @ApiProperty({ example: 'Bad Request' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'Text for people.' })
  detail!: string;

  @ApiProperty({ format: 'uri-reference', description: 'Path of the request.' })
  instance!: string;

  @ApiProperty({ description: 'Stable code for programs.', example: 'REQUEST.INVALID' })
  code!: string;

  @ApiProperty({ description: 'The request id, as in the header x-request-id and in the logs.' })
  request_id!: string;

  @ApiPropertyOptional({ type: [ErrorDetailDto], description: 'All problems that were found.' })
  errors?: ErrorDetailDto[];
}
