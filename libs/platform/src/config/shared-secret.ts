import { Matches } from 'class-validator';

/** A secret that two processes share, or an empty text for none: long enough, and fit for a header. */
export function SharedSecret(): PropertyDecorator {
  return Matches(/^([\x21-\x7e]{16,1024})?$/, {
    message: 'must consist of 16 to 1024 printable ASCII characters without blanks',
  });
}
