import { EntryLayout } from '../entries/entry-layout.js';
import { EntryPages } from '../entries/entry-pages.js';
import { Group } from '../episodes/group.js';
import { GroupKey } from './event-facts.js';
import { GroupDirectory } from './group-directory.js';
import { GroupStore } from './group-store.js';

const pages = new EntryPages(
  new EntryLayout({ mask: false, value: false, texts: false, hits: false, onward: false, distinct: 0 }),
);
const group = (key: string, lastArrival: number): Group => {
  const made = new Group(GroupKey.of([key]), pages);
  made.lastArrival = lastArrival;
  return made;
};
const quietKeys = (store: GroupStore<Group>, before: number): string[] => {
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

describe('a store of groups', () => {
  it('gives back what was added, the same object, until it is removed', () => {
    const store = new GroupStore<Group>();
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
    const store = new GroupStore<Group>();
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
    const store = new GroupStore<Group>();
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
    const store = new GroupStore<Group>();
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
    const [store, other] = [new GroupStore<Group>(), new GroupStore<Group>()];
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
    const store = new GroupStore<Group>();
    for (let i = 0; i < 20_000; i += 1) {
      store.add(group(`g${i}`, i));
      quietKeys(store, i - 100);
    }
    expect(store.size).toBe(101);
  });
});

it('takes a key that groups of other fields stand under for what it says', () => {
  const key = GroupKey.of(['a']);
  const [users, hosts] = [new GroupStore<Group>(), new GroupStore<Group>()];
  const user = new Group(key, pages);
  users.add(user);
  expect(hosts.get(key)).toBeUndefined();
  const host = new Group(key, pages);
  hosts.add(host);
  expect([users.get(key), hosts.get(key)]).toEqual([user, host]);
  users.remove(user);
  expect([users.get(key), hosts.get(key)]).toEqual([undefined, host]);
});

it('finds a group by a key that is older than the group', () => {
  const directory = new GroupDirectory<Group>();
  const [one, other] = [new GroupStore(directory), new GroupStore(directory)];
  const old = directory.keyOf('a');
  const first = new Group(old, pages);
  one.add(first);
  one.remove(first);
  const second = new Group(directory.keyOf('a'), pages);
  other.add(second);
  expect(other.get(old)).toBe(second);
  one.add(new Group(old, pages));
  expect(one.get(directory.keyOf('a'))).toBe(one.get(old));
  expect(directory.keyOf('a').groups.filter((group) => group !== undefined)).toHaveLength(2);
});
