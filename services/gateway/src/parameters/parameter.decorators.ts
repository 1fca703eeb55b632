import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import { parseDay, timestampParameter } from './timestamp.js';

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
      ...integerSchema(options),
      ...(options.default === undefined ? {} : { default: options.default }),
    }),
    IsOptional(),
    WholeNumber(options),
  );
}

/** A whole number that has to be given. */
export function RequiredInteger(options: Omit<IntegerOptions, 'default'>): PropertyDecorator {
  return applyDecorators(ApiProperty(integerSchema(options)), WholeNumber(options));
}

function integerSchema({ min, max, description }: IntegerOptions) {
  return { type: 'integer' as const, minimum: min, maximum: max, description };
}

function WholeNumber(options: IntegerOptions): PropertyDecorator {
  return applyDecorators(
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

interface TextOptions {
  description: string;
  example?: string;
  maxLength?: number;
}

/** A text that names something, in the path. */
export function NameParameter({ maxLength = TEXT_MAX, ...documented }: TextOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'string', minLength: 1, maxLength, ...documented }),
    Rule('name', (value) => (value === '' ? 'must not be empty' : textFault(value, maxLength))),
  );
}

/** A text that has to be given and is kept, in a body. */
export function RequiredText({ maxLength = TEXT_MAX, ...documented }: TextOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'string', minLength: 1, maxLength, ...documented }),
    Rule('text', (value) =>
      typeof value === 'string' && value.trim() === '' ? 'must not be empty' : textFault(value, maxLength),
    ),
  );
}

/** An optional text that is kept, in a body. */
export function TextParameter({ maxLength = TEXT_MAX, ...documented }: TextOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', minLength: 1, maxLength, ...documented }),
    IsOptional(),
    Rule('text', (value) => (value === '' ? 'must not be empty; leave it out' : textFault(value, maxLength))),
  );
}

/** An optional text that a filter compares for equality; an empty one does not filter. */
export function TextFilter({ maxLength = TEXT_MAX, ...documented }: TextOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', maxLength, ...documented }),
    IsOptional(),
    EmptyIsAbsent(),
    Rule('text', (value) => textFault(value, maxLength)),
  );
}

function textFault(value: unknown, maxLength: number): string | null {
  if (Array.isArray(value)) return 'must be given once';
  if (typeof value !== 'string') return 'must be a text';
  if (value.length > maxLength) return `must be at most ${maxLength} characters long`;
  // PostgreSQL cannot hold it, so nothing can be equal to it.
  return value.includes('\u0000') ? 'must not contain U+0000' : null;
}

/** Forms send every field: one that was left empty is no filter. */
function EmptyIsAbsent(): PropertyDecorator {
  return Transform(({ value }: TransformFnParams): unknown => (value === '' ? undefined : value));
}

/** An optional point in time; becomes ISO 8601 in UTC with milliseconds. */
export function TimestampParameter(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', format: 'date-time', ...options }),
    IsOptional(),
    EmptyIsAbsent(),
    Transform(({ value }: TransformFnParams): unknown =>
      typeof value === 'string' ? (timestampParameter(value) ?? value) : value,
    ),
    Rule('timestamp', (value) =>
      typeof value === 'string' && timestampParameter(value) !== null
        ? null
        : `must be an ISO 8601 timestamp that exists, such as 2026-11-23T10:00:00Z, not ${shown(value)}`,
    ),
  );
}

/** An optional calendar day, `YYYY-MM-DD`; of a timestamp it is the day in UTC. An empty one does not filter. */
export function DayParameter(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', format: 'date', ...options }),
    IsOptional(),
    EmptyIsAbsent(),
    Transform(({ value }: TransformFnParams): unknown =>
      typeof value === 'string' ? (timestampParameter(value)?.slice(0, 10) ?? value) : value,
    ),
    Rule('day', (value) =>
      typeof value === 'string' && parseDay(value) !== null
        ? null
        : `must be a day that exists, written YYYY-MM-DD, or a timestamp, not ${shown(value)}`,
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
          Transform(({ value }: TransformFnParams): unknown => {
            // An empty filter is none, as in forms that send every field.
            const given = [value].flat().filter((word) => word !== undefined && word !== '');
            return given.length === 0 ? undefined : given;
          }),
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
export function Rule(name: string, fault: (value: unknown) => string | null): PropertyDecorator {
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
