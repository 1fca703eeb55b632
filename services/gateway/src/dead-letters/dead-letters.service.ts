import { AppError } from '@mcm/kernel';
import { DeadLetterReader } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import type { DeadLetterListDto, ListDeadLettersQuery, RedriveDto } from './dead-letter.dto.js';

/** Shows dead letters and hands them over again. */
@Injectable()
export class DeadLettersService {
  constructor(private readonly letters: DeadLetterReader) {}

  /** Newest first. */
  async list({ limit, offset, origin }: ListDeadLettersQuery): Promise<DeadLetterListDto> {
    const { items, total } = await this.letters.page(origin ? { origin } : {}, { limit, offset });
    return { items, total, limit, offset };
  }

  async redrive(id: string): Promise<RedriveDto> {
    throw new AppError('not-found', 'DEAD_LETTERS.NOT_FOUND', `There is no dead letter ${id}.`);
  }
}
