import { ApiProperty } from '@nestjs/swagger';
import { MaxLength } from 'class-validator';

/** Names a source. */
export class SourcePath {
  @ApiProperty({ description: 'The source of the records in the body.', example: 'cloudtrail' })
  @MaxLength(64)
  source!: string;
}
