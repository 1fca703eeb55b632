import type { ListPage, Row } from './use-list';

/** One page of a list of which the API gives all rows in one answer. */
export function pageOfAll<Item extends Row>(
  all: readonly Item[],
  { page, page_size }: { page: number; page_size: number },
): ListPage<Item> & { total: number } {
  return { items: all.slice((page - 1) * page_size, page * page_size), total: all.length };
}

/** Whether each word of a filter is in one of the texts, whatever the case. */
export function hasWords(words: string, texts: readonly string[]): boolean {
  const inAll = texts.join('\n').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => inAll.includes(word));
}
