import type { DeadLetter, DeadLetterStore } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseError } from '../database-errors.js';
import { jsonBatches } from '../json-batches.js';
import { cutText } from '../storable-text.js';
import { columnList, recordsFrom } from '../tables/columns.js';
import { NEW_DEAD_LETTER, type NewDeadLetter } from '../tables/dead-letters.js';

/** Longest message kept, in bytes of UTF-8. */
export const MESSAGE_LIMIT_BYTES = 64 * 1024;
/** Longest of the other texts, in bytes of UTF-8. */
const TEXT_LIMIT_BYTES = 4096;

const ADD = `
  insert into dead_letters (${columnList(NEW_DEAD_LETTER)})
  select ${columnList(NEW_DEAD_LETTER)} from ${recordsFrom('$1', 'letter', NEW_DEAD_LETTER)}`;

const MARK_REDRIVEN =
  'update dead_letters set redriven_at = statement_timestamp() where id = any($1::bigint[]) returning id';

const DELETE_BEFORE = `
  delete from dead_letters
  where id in (select id from dead_letters where failed_at < $1 order by failed_at limit 1000)`;

/** Keeps dead letters in PostgreSQL. Whatever a message holds, its letter can be stored. */
@Injectable()
export class DeadLetters implements DeadLetterStore {
  constructor(private readonly dataSource: DataSource) {}

  async add(letters: readonly DeadLetter[]): Promise<void> {
    for (const { text } of jsonBatches(letters.map(storable))) await this.query(ADD, [text]);
  }

  /** Notes that letters have been handed over again; says how many of them there are. */
  async markRedriven(ids: readonly number[]): Promise<number> {
    const [rows] = await this.query<[unknown[], number]>(MARK_REDRIVEN, [ids]);
    return rows.length;
  }

  /** Deletes letters that failed before a moment, a thousand at most; says how many. */
  async deleteBefore(moment: Date): Promise<number> {
    const [, deleted] = await this.query<[unknown[], number]>(DELETE_BEFORE, [moment]);
    return deleted;
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}

function storable(letter: DeadLetter): NewDeadLetter {
  const { text: message, truncated } = cutText(letter.message, MESSAGE_LIMIT_BYTES);
  const short = (text: string) => cutText(text, TEXT_LIMIT_BYTES).text;
  return {
    ...letter,
    subject: short(letter.subject),
    consumer: short(letter.consumer),
    code: short(letter.code),
    reason: short(letter.reason),
    message,
    truncated: letter.truncated || truncated,
    verified: letter.verified ?? false,
    headers: Object.fromEntries(
      Object.entries(letter.headers ?? {}).map(([name, value]) => [name, short(value)]),
    ),
  };
}
