import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { Rule } from './parameter.decorators.js';

/** Letters that make up an address, as far as it can be told without sending mail to it. */
const EMAIL = /^[^\s@\p{Cc}\p{Cf}]{1,64}@[^\s@\p{Cc}\p{Cf}]{1,189}$/u;

/** Longest name of a person or key, in characters. */
const ACTOR_NAME_MAX = 200;
/** Control characters, line and paragraph separators, and what changes the direction of text (Unicode Annex 9, `Bidi_Control`). */
const UNSAFE_IN_NAME = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Longest name in a list, in characters. */
const NAME_MAX = 256;

/** A mail address in a body. */
export function EmailField(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'string', format: 'email', maxLength: 254, ...options }),
    Matches(EMAIL, { message: '$property must be an address such as alice@example.org' }),
  );
}

/** What is wrong with the name of a person or a key; null when it will do. */
export function actorNameFault(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length > ACTOR_NAME_MAX) return `must be at most ${ACTOR_NAME_MAX} characters long`;
  if (UNSAFE_IN_NAME.test(value)) return 'must not contain line breaks, control or bidirectional characters';
  return VISIBLE.test(value) ? null : 'must contain a visible character';
}

/**
 * The name of a person or a key in a body, which the dashboard and the audit trail show as the actor: one line with something
 * to see, in any script. Characters that change the direction of text would let one actor look like another.
 */
export function ActorNameField({
  optional = false,
  ...options
}: {
  description: string;
  optional?: boolean;
}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'string',
      minLength: 1,
      maxLength: ACTOR_NAME_MAX,
      ...options,
      ...(optional ? { required: false } : {}),
    }),
    ...(optional ? [IsOptional()] : []),
    Rule('name', actorNameFault),
  );
}

/** The UUID of a stored thing, in the path. */
export function UuidParameter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'string', format: 'uuid', description }),
    Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { message: '$property must be a UUID' }),
  );
}

/** One word of a few, in a body; not optional. */
export function WordField<W extends string>(
  words: readonly W[],
  options: { description: string; enumName?: string },
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ enum: [...words], ...options }),
    IsIn(words, { message: `$property must be one of ${words.join(', ')}` }),
  );
}

/** Some words of a few, in a body; at least one. */
export function WordsField<W extends string>(
  words: readonly W[],
  options: { description: string; enumName?: string },
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ enum: [...words], isArray: true, minItems: 1, ...options }),
    Rule('words', (value) => {
      if (!Array.isArray(value) || value.length === 0) return 'must be a list with at least one entry';
      const known =
        value.length <= 100 && value.every((word) => (words as readonly unknown[]).includes(word));
      return known ? null : `must hold only ${words.join(', ')}`;
    }),
  );
}

/** An optional list of names, in a body. */
export function NamesField(options: {
  description: string;
  maxItems: number;
  example?: string[];
}): PropertyDecorator {
  const isName = (name: unknown) =>
    typeof name === 'string' && name.length <= NAME_MAX && /^[^\p{Cc}]+$/u.test(name);
  return applyDecorators(
    ApiPropertyOptional({ type: [String], nullable: true, ...options }),
    IsOptional(),
    Rule('names', (value) => {
      if (!Array.isArray(value)) return 'must be a list';
      if (value.length > options.maxItems) return `must have at most ${options.maxItems} entries`;
      return value.every(isName) ? null : `must hold names of at most ${NAME_MAX} characters`;
    }),
  );
}

/** An object in a body whose members are checked elsewhere, by the schema that it is documented with. */
export function ObjectField({
  schema,
  description,
}: {
  schema: { $ref: string };
  description: string;
}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ allOf: [schema], description }),
    Rule('object', (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'must be an object',
    ),
  );
}
