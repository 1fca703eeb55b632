import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Moment } from '@/components/moment';
import { Facts } from '@/components/record-sheet';
import { Untrusted } from '@/components/untrusted';
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { paths } from '@/config/paths';
import { countOf } from '@/lib/numbers';
import { formatDuration } from '@/lib/time';
import type { RuleDetail } from '../api/get-rules';
import { kindOf } from './rule-columns';

/** Where a rule comes from and what it is made of. */
export function RuleFacts({ rule }: { rule: RuleDetail }) {
  const { correlation, logsource, metadata } = rule;
  const facts: { name: string; value: ReactNode }[] = [
    { name: 'Name', value: <Code>{rule.name}</Code> },
    { name: 'Id', value: <Code>{rule.id}</Code> },
    { name: 'Kind', value: kindOf(rule) },
    { name: 'Pack', value: <Untrusted>{rule.pack}</Untrusted> },
    { name: 'File', value: <Code>{`${rule.path}:${rule.line}`}</Code> },
    ...(logsource ? [{ name: 'Log source', value: <Code>{describePairs(logsource)}</Code> }] : []),
    ...(correlation
      ? [
          {
            name: 'Correlation',
            value: (
              <>
                <Code>{`${correlation.type} ${describePairs(correlation.threshold)}`}</Code> within{' '}
                {formatDuration(correlation.timespan_seconds * 1000)}
                {correlation.group_by.length > 0 && (
                  <>
                    , by <Code>{correlation.group_by.join(', ')}</Code>
                  </>
                )}
              </>
            ),
          },
        ]
      : []),
    ...(rule.references.length > 0 ? [{ name: 'Made of', value: <Rules rules={rule.references} /> }] : []),
    ...(rule.referenced_by.length > 0
      ? [{ name: 'Used by', value: <Rules rules={rule.referenced_by} /> }]
      : []),
    {
      name: 'Tests',
      value: rule.tests === 0 ? <span className="text-medium">none</span> : countOf(rule.tests, 'test'),
    },
    ...(rule.tags.length > 0 ? [{ name: 'Tags', value: <Code>{rule.tags.join(', ')}</Code> }] : []),
    ...(rule.status ? [{ name: 'Status', value: <Untrusted>{rule.status}</Untrusted> }] : []),
    ...(typeof metadata.author === 'string'
      ? [{ name: 'Author', value: <Untrusted>{metadata.author}</Untrusted> }]
      : []),
    {
      name: 'Version',
      value: (
        <>
          {rule.version}, in force since <Moment iso={rule.loaded_at} />
        </>
      ),
    },
    {
      name: 'Hash',
      value: (
        <span className="font-mono text-xs" title={rule.content_hash}>
          {rule.content_hash.replace(/^sha256:/, '').slice(0, 12)}
        </span>
      ),
    },
  ];
  return (
    <Card>
      <CardHeader>
        <CardTitle>Facts</CardTitle>
      </CardHeader>
      <CardContent>
        <Facts facts={facts} />
      </CardContent>
    </Card>
  );
}

function Code({ children }: { children: string }) {
  return <Untrusted className="font-mono text-xs wrap-anywhere">{children}</Untrusted>;
}

function Rules({ rules }: { rules: RuleDetail['references'] }) {
  return (
    <ul>
      {rules.map(({ id, name }) => (
        <li key={id}>
          <Link
            to={paths.rule.href(id)}
            className="font-mono text-xs wrap-anywhere text-primary underline-offset-4 hover:underline"
          >
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function describePairs(pairs: Readonly<Record<string, string | number>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
