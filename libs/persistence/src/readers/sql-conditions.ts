/** Collects the conditions of a query together with their parameters, so that no value is ever part of the SQL text. */
export class SqlConditions {
  private readonly conditions: string[] = [];
  private readonly values: unknown[] = [];

  /**
   * Adds a condition unless the value is undefined; each `?` in it is replaced by the value.
   *
   * @returns itself
   */
  and(condition: string, value: unknown): this {
    if (value !== undefined) this.conditions.push(condition.replaceAll('?', this.parameter(value)));
    return this;
  }

  /**
   * Adds a condition without a value, where it is wanted.
   *
   * @returns itself
   */
  andWhen(wanted: boolean, condition: string): this {
    if (wanted) this.conditions.push(condition);
    return this;
  }

  /** Adds a parameter that is used outside of the conditions and says how to write it. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `where …`, or nothing when there is no condition. */
  get where(): string {
    return this.conditions.length === 0 ? '' : `where ${this.conditions.join(' and ')}`;
  }

  get parameters(): unknown[] {
    return this.values;
  }
}
