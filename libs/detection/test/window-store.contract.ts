import { EntryLayout } from '../src/windows/entry-layout.js';
import { EntryPages } from '../src/windows/entry-pages.js';
import { GroupKey } from '../src/windows/event-facts.js';
import { GroupWindow } from '../src/windows/group-window.js';
import type { WindowStore } from '../src/windows/window-store.js';

/** What every driver of {@link WindowStore} must keep. Call it in the spec of the driver. */
export function windowStoreContract(name: string, create: () => WindowStore): void {
  const pages = new EntryPages(
    new EntryLayout({ mask: false, value: false, texts: false, firings: false, onward: false }),
  );
  const group = (key: string, lastArrival: number): GroupWindow => {
    const made = new GroupWindow(GroupKey.of([key]), pages);
    made.lastArrival = lastArrival;
    return made;
  };
  const quietKeys = (store: WindowStore, before: number): string[] => {
    const keys: string[] = [];
    store.quiet(
      before,
      (each) => {
        keys.push(each.key.text);
        store.remove(each);
      },
      () => undefined,
    );
    return keys;
  };

  describe(`${name} keeps the promises of WindowStore`, () => {
    it('gives back what was added, the same object, until it is removed', () => {
      const store = create();
      expect(store.get(GroupKey.of(['a']))).toBeUndefined();
      const a = group('a', 1);
      store.add(a);
      store.add(group('b', 2));
      expect(store.get(GroupKey.of(['a']))).toBe(a);
      expect(store.size).toBe(2);
      expect([...store.all()].map(({ key }) => key.text).sort()).toEqual(['a', 'b']);
      store.remove(a);
      expect(a.removed).toBe(true);
      expect(store.get(GroupKey.of(['a']))).toBeUndefined();
      expect(store.size).toBe(1);
      const again = group('a', 3);
      store.add(again);
      expect(store.get(GroupKey.of(['a']))).toBe(again);
    });

    it('finds quiet groups, and those alone', () => {
      const store = create();
      const groups = ['a', 'b', 'c', 'd'].map((key, i) => group(key, i * 10));
      for (const each of groups) store.add(each);
      expect(quietKeys(store, 0)).toEqual([]);
      groups[0]!.lastArrival = 25;
      expect(quietKeys(store, 20)).toEqual(['b']);
      const found = quietKeys(store, 26);
      expect(found).toContain('c');
      expect(found).not.toContain('d');
      expect([...found, ...quietKeys(store, 31)].sort()).toEqual(['a', 'c', 'd']);
      expect(store.size).toBe(0);
    });

    it('tells which groups were heard of since they were looked at', () => {
      const store = create();
      const a = group('a', 0);
      store.add(a);
      a.lastArrival = 100;
      const alive: string[] = [];
      store.quiet(
        50,
        () => expect(true).toBe(false),
        (each) => alive.push(each.key.text),
      );
      expect(alive).toEqual(['a']);
      expect(store.get(GroupKey.of(['a']))).toBe(a);
    });

    it('knows the longest quiet group', () => {
      const store = create();
      expect(store.stalest()).toBeUndefined();
      const groups = ['a', 'b', 'c'].map((key, i) => group(key, i));
      for (const each of groups) store.add(each);
      expect(store.stalest()?.key.text).toBe('a');
      groups[0]!.lastArrival = 10;
      expect(store.stalest()?.key.text).toBe('b');
      store.remove(groups[1]!);
      expect(store.stalest()?.key.text).toBe('c');
      store.remove(groups[2]!);
      expect(store.stalest()?.key.text).toBe('a');
    });

    it('goes on with the groups of another', () => {
      const [store, other] = [create(), create()];
      const groups = ['a', 'b', 'c'].map((key, i) => group(key, i));
      for (const each of groups) other.add(each);
      other.remove(groups[1]!);
      groups[0]!.lastArrival = 10;
      store.takeOver(other);
      expect([...other.all()]).toEqual([]);
      expect(other.size).toBe(0);
      expect(other.get(GroupKey.of(['a']))).toBeUndefined();
      expect(other.stalest()).toBeUndefined();
      expect(store.size).toBe(2);
      expect(store.get(GroupKey.of(['a']))).toBe(groups[0]);
      expect(store.get(GroupKey.of(['b']))).toBeUndefined();
      expect(store.stalest()).toBe(groups[2]);
      expect(quietKeys(store, 5)).toEqual(['c']);
      other.add(group('a', 20));
      expect(store.get(GroupKey.of(['a']))).toBe(groups[0]);
    });

    it('holds many groups that come and go', () => {
      const store = create();
      for (let i = 0; i < 20_000; i += 1) {
        store.add(group(`g${i}`, i));
        quietKeys(store, i - 100);
      }
      expect(store.size).toBe(101);
    });
  });
}
