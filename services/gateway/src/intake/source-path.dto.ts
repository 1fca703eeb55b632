import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/** Names a source. */
export class SourcePath {
  @ApiProperty({ description: 'Whose records the body holds.', example: 'cloudtrail' })
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    message: '$property must be the name of a source, such as cloudtrail',
  })
  source!: string;
}
