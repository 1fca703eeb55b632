import { windowStoreContract } from '../../test/window-store.contract.js';
import { EntryLayout } from './entry-layout.js';
import { EntryPages } from './entry-pages.js';
import { GroupKey } from './event-facts.js';
import { GroupDirectory } from './group-directory.js';
import { GroupWindow } from './group-window.js';
import { MemoryWindowStore } from './memory-window-store.js';

windowStoreContract('MemoryWindowStore', () => new MemoryWindowStore());

const pages = new EntryPages(
  new EntryLayout({ mask: false, value: false, texts: false, firings: false, onward: false }),
);

it('takes a key that groups of other fields stand under for what it says', () => {
  const key = GroupKey.of(['a']);
  const [users, hosts] = [new MemoryWindowStore(), new MemoryWindowStore()];
  const user = new GroupWindow(key, pages);
  users.add(user);
  expect(hosts.get(key)).toBeUndefined();
  const host = new GroupWindow(key, pages);
  hosts.add(host);
  expect([users.get(key), hosts.get(key)]).toEqual([user, host]);
  users.remove(user);
  expect([users.get(key), hosts.get(key)]).toEqual([undefined, host]);
});

it('finds a group by a key that is older than the group', () => {
  const directory = new GroupDirectory();
  const [one, other] = [new MemoryWindowStore(directory), new MemoryWindowStore(directory)];
  const old = directory.keyOf('a');
  const first = new GroupWindow(old, pages);
  one.add(first);
  one.remove(first);
  const second = new GroupWindow(directory.keyOf('a'), pages);
  other.add(second);
  expect(other.get(old)).toBe(second);
  one.add(new GroupWindow(old, pages));
  expect(one.get(directory.keyOf('a'))).toBe(one.get(old));
  expect(directory.keyOf('a').groups.filter((group) => group !== undefined)).toHaveLength(2);
});
