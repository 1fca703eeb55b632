import { ApiProperty } from '@nestjs/swagger';
import { MaxLength } from 'class-validator';

/** Names a source. */
export class SourcePath {
  @ApiProperty({ description: 'Whose records the body holds.', example: 'cloudtrail' })
  @MaxLength(64)
  source!: string;
}
