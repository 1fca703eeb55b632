import type { ConsumerName } from '@mcm/contracts';
import { applyDecorators, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';

/** Names the bus among the transports of a process. */
export const EVENT_BUS_TRANSPORT = Symbol('event-bus');

/** The bus classifies what a handler throws; Nest's own filter would make an anonymous error of it. */
@Catch()
class PassErrorsOn implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Makes a method of a controller the handler of a durable consumer: it is given `@Payload() batch: readonly Delivery<T>[]`,
 * and keeps the promises of a {@link BatchHandler}.
 */
export const HandlesBatches = (consumer: ConsumerName): MethodDecorator =>
  applyDecorators(
    EventPattern<string>(consumer, EVENT_BUS_TRANSPORT) as MethodDecorator,
    UseFilters(PassErrorsOn),
  );
