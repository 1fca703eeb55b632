/**
 * Works on items one group after the other, in the order in which they came: what comes while a group is being worked on
 * goes together into the next one.
 */
export class GatheredWork<Item> {
  private waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private working = false;

  constructor(private readonly work: (items: readonly Item[]) => Promise<void>) {}

  /** Resolves when the work on the item is done; rejects when the work on its group failed. */
  add(item: Item): Promise<void> {
    const added = new Promise<void>((resolve, reject) => this.waiting.push({ item, resolve, reject }));
    if (!this.working) void this.workOnAll();
    return added;
  }

  private async workOnAll(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.work(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.working = false;
  }
}
