import type { Source } from './source.js';

const HEAD = [
  '| source | product | what it takes | ids | `event_type` | log source of rules |',
  '| --- | --- | --- | --- | --- | --- |',
];

/** The table of the sources in docs/sources.md, in Markdown without a newline at its end. */
export function sourceTable(sources: Iterable<Source>): string {
  const rows = [...sources].map(({ name, title, documentation, logsources: [{ product, service }] }) => {
    const { takes, ids, eventTypes } = documentation;
    const link = `[\`${name}\`](../libs/sources/src/${name}/README.md)`;
    const logsource = [product, service].filter((part) => part !== undefined).map((part) => `\`${part}\``);
    return `| ${[link, title, takes, ids, eventTypes, logsource.join(' / ')].join(' | ')} |`;
  });
  return [...HEAD, ...rows].join('\n');
}
