/** For calls that take no query parameters: whatever is given is refused, so that a misspelt name is never ignored. */
export class NoParameters {}
