import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import { parseDay, parseTimestamp } from './timestamp.js';

/** Largest value of a PostgreSQL bigint. */
const BIGINT_MAX = 9_223_372_036_854_775_807n;

/** Longest text that a filter takes, in characters. */
const TEXT_MAX = 1024;

interface IntegerOptions {
  min: number;
  max: number;
  default?: number;
  description: string;
}

/** An optional whole number, written in decimal digits: not `1e2`, not `0x10`, not an empty text. */
export function IntegerParameter(options: IntegerOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum: options.min,
      maximum: options.max,
      description: options.description,
      ...(options.default === undefined ? {} : { default: options.default }),
    }),
    IsOptional(),
    Transform(({ value }: TransformFnParams): unknown =>
      typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    Rule('integer', (value) => {
      if (!Number.isInteger(value)) return `must be a whole number, not ${shown(value)}`;
      const number = value as number;
      if (number < options.min) return `must be at least ${options.min}`;
      return number > options.max ? `must be at most ${options.max}` : null;
    }),
  );
}

/** An optional text: one that is compared for equality, or that is kept. */
export function TextParameter(options: {
  description: string;
  example?: string;
  maxLength?: number;
}): PropertyDecorator {
  const { maxLength = TEXT_MAX } = options;
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', minLength: 1, maxLength, ...options }),
    IsOptional(),
    Rule('text', (value) => {
      if (Array.isArray(value)) return 'must be given once';
      if (typeof value !== 'string') return 'must be a text';
      if (value === '') return 'must not be empty; leave it out to not filter';
      if (value.length > maxLength) return `must be at most ${maxLength} characters long`;
      // PostgreSQL cannot hold it, so nothing can be equal to it.
      return value.includes('\u0000') ? 'must not contain U+0000' : null;
    }),
  );
}

/** An optional point in time; becomes ISO 8601 in UTC with milliseconds. */
export function TimestampParameter(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', format: 'date-time', ...options }),
    IsOptional(),
    Transform(({ value }: TransformFnParams): unknown =>
      typeof value === 'string' ? (parseTimestamp(value) ?? value) : value,
    ),
    Rule('timestamp', (value) =>
      typeof value === 'string' && parseTimestamp(value) !== null
        ? null
        : `must be an ISO 8601 timestamp that exists, such as 2026-11-23T10:00:00Z, not ${shown(value)}`,
    ),
  );
}

/** An optional calendar day, `YYYY-MM-DD`. */
export function DayParameter(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', format: 'date', ...options }),
    IsOptional(),
    Rule('day', (value) =>
      typeof value === 'string' && parseDay(value) !== null
        ? null
        : `must be a day that exists, written YYYY-MM-DD, not ${shown(value)}`,
    ),
  );
}

/** An optional yes or no: `true` or `false`, in a URL or as JSON. */
export function BooleanParameter(options: { description: string; default?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'boolean', ...options }),
    IsOptional(),
    Transform(({ value }: TransformFnParams): unknown =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    Rule('boolean', (value) =>
      typeof value === 'boolean' ? null : `must be true or false, not ${shown(value)}`,
    ),
  );
}

/** One of a few words; `many` takes several of them. */
export function WordParameter<W extends string>(
  words: readonly W[],
  options: { description: string; enumName?: string; many?: boolean; nullable?: boolean },
): PropertyDecorator {
  const { many = false, ...documented } = options;
  const one = (value: unknown) =>
    (words as readonly unknown[]).includes(value)
      ? null
      : `must be one of ${words.join(', ')}, not ${shown(value)}`;
  return applyDecorators(
    ApiPropertyOptional({ enum: [...words], ...(many ? { isArray: true } : {}), ...documented }),
    IsOptional(),
    ...(many
      ? [
          Transform(({ value }: TransformFnParams): unknown =>
            value === undefined || Array.isArray(value) ? value : [value],
          ),
        ]
      : []),
    Rule('word', (value) => {
      if (!many || !Array.isArray(value)) return one(value);
      return value.map(one).find((fault) => fault !== null) ?? null;
    }),
  );
}

/** Operators that a threshold may have (Sigma correlations). */
const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];

/** Optional operators with the numbers that a count is compared with. */
export function ThresholdParameter(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: 'object',
      properties: Object.fromEntries(OPERATORS.map((operator) => [operator, { type: 'number' }])),
      additionalProperties: false,
      minProperties: 1,
      example: { gte: 5 },
      ...options,
    }),
    IsOptional(),
    Rule('threshold', (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return `must be an object such as {"gte": 5}, not ${shown(value)}`;
      }
      const entries = Object.entries(value);
      if (entries.length === 0) return `must have one of ${OPERATORS.join(', ')}`;
      for (const [operator, number] of entries) {
        if (!OPERATORS.includes(operator))
          return `must have ${OPERATORS.join(', ')} only, not ${shown(operator)}`;
        if (typeof number !== 'number' || !Number.isFinite(number)) {
          return `must hold numbers, not ${shown(number)} for ${operator}`;
        }
      }
      return null;
    }),
  );
}

/** The `id` of a stored thing in the path. Stays a text: a bigint need not fit into a number. */
export function RowIdParameter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'integer', format: 'int64', minimum: 1, description }),
    Rule('rowId', (value) =>
      typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) <= BIGINT_MAX
        ? null
        : `must be a whole number of at most 64 bits, not ${shown(value)}`,
    ),
  );
}

/** A check that gives null or what is wrong; the message starts with the name of the parameter. */
function Rule(name: string, fault: (value: unknown) => string | null): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => fault(value) === null,
      defaultMessage: (args?: ValidationArguments) => `${args?.property} ${fault(args?.value)}`,
    },
  });
}

/** How a refused value is repeated to the client: short, and as JSON, so that control characters are visible. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'several values';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
