import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/** Names one job. */
export class JobPath {
  @ApiProperty({ description: 'As given by the call that started it.' })
  @Matches(/^[A-Za-z0-9_-]{1,100}$/, {
    message: '$property must be an id as given by the call that started it',
  })
  id!: string;
}
