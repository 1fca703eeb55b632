/**
 * What a source sees of a request.
 *
 * @typeParam H the headers that it declares
 */
export interface SourceSubmission<H extends string = never> {
  /** By their names in lower case. */
  readonly headers: Readonly<Partial<Record<H | 'content-type', string>>>;
  /** As it came, maybe compressed. */
  readonly body: Uint8Array;
}

/** The media type of a submission without parameters, in lower case; empty when it has none. */
export function mediaTypeOf({ headers }: SourceSubmission): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}
