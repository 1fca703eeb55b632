import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';

/** One fault of a request. */
@ApiSchema({ name: 'ErrorDetail', description: 'One fault of a request.' })
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
@ApiSchema({ name: 'Problem', description: 'What went wrong (RFC 9457), as application/problem+json.' })
export class ProblemDto {
  @ApiProperty({ format: 'uri-reference', example: 'about:blank' })
  type!: string;

  @ApiProperty({ example: 'Bad Request' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'For people.' })
  detail!: string;

  @ApiProperty({ format: 'uri-reference', description: 'The path that was called.' })
  instance!: string;

  @ApiProperty({ description: 'Stable; programs may rely on it.', example: 'REQUEST.INVALID' })
  code!: string;

  @ApiProperty({ description: 'The same as in the header x-request-id and in the logs.' })
  request_id!: string;

  @ApiPropertyOptional({ type: [ErrorDetailDto], description: 'Every fault that was found.' })
  errors?: ErrorDetailDto[];
}
