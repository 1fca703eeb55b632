import { AppError, type ErrorDetail } from '@mcm/kernel';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

function details(errors: readonly ValidationError[], prefix: string): ErrorDetail[] {
  return errors.flatMap((error) => {
    const pointer = prefix === '' ? error.property : `${prefix}/${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([name, detail]) => ({
      pointer,
      detail:
        name === 'whitelistValidation' ? `${error.property} is not known here; check its spelling` : detail,
    }));
    return [...own, ...details(error.children ?? [], pointer)];
  });
}

/**
 * Checks parameters and bodies against their DTO class. Unknown names are refused, all faults are reported together,
 * each with the parameter's name (or `body/field`) as pointer.
 */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => {
      const list = details(errors, '');
      const text = list.map((error) => error.detail).join('; ');
      return new AppError('invalid', 'REQUEST.INVALID', text, { errors: list });
    },
  });
}
