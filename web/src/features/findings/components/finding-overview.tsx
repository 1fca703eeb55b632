import { Link } from 'react-router';
import { ActorName } from '@/components/actor-name';
import { Moment } from '@/components/moment';
import { Facts } from '@/components/record-sheet';
import { SeverityBadge } from '@/components/severity';
import { Untrusted, UntrustedProse } from '@/components/untrusted';
import { paths } from '@/config/paths';
import { countOf } from '@/lib/numbers';
import { formatDuration } from '@/lib/time';
import type { Finding } from '../api/get-findings';

/** What happened, to whom, when. */
export function FindingOverview({
  finding,
  ruleHash,
  groupKey,
}: {
  finding: Finding;
  ruleHash?: string;
  groupKey?: string | null;
}) {
  const span = Date.parse(finding.last_seen) - Date.parse(finding.first_seen);
  const group = readGroupKey(groupKey);
  return (
    <section aria-label="What happened">
      <SeverityBadge severity={finding.severity} />
      <h2 className="mt-2.5 text-lg leading-snug font-semibold tracking-[-0.01em] text-balance break-words">
        <Untrusted>{finding.title}</Untrusted>
      </h2>
      <p className="mt-1.5 text-pretty break-words">
        <UntrustedProse>{finding.description}</UntrustedProse>
      </p>
      <div className="mt-4">
        <Facts
          facts={[
            {
              name: 'User',
              value: (
                <>
                  <ActorName
                    user={finding.user}
                    canonicalUser={finding.canonical_user}
                    className="font-medium wrap-anywhere"
                  />{' '}
                  <Link
                    to={paths.events.href({ user: finding.user })}
                    className="ml-1 text-[0.8125rem] whitespace-nowrap text-primary underline-offset-4 hover:underline"
                  >
                    Show events
                  </Link>
                </>
              ),
            },
            ...group.map(({ name, value }) => ({
              name: 'Grouped by',
              value: (
                <span className="wrap-anywhere">
                  <Untrusted>{name}</Untrusted> = <Untrusted>{value}</Untrusted>
                </span>
              ),
            })),
            {
              name: 'Events',
              value: (
                <span className="tabular-nums">
                  {span >= 1000
                    ? `${countOf(finding.event_count, 'event')} within ${formatDuration(span)}`
                    : countOf(finding.event_count, 'event')}
                </span>
              ),
            },
            { name: 'First seen', value: <Moment both iso={finding.first_seen} className="tabular-nums" /> },
            { name: 'Last seen', value: <Moment both iso={finding.last_seen} className="tabular-nums" /> },
            { name: 'Raised', value: <Moment both iso={finding.created_at} className="tabular-nums" /> },
            ...(finding.revision > 1
              ? [
                  {
                    name: 'Updated',
                    value: (
                      <span className="tabular-nums">
                        <Moment iso={finding.updated_at} />, {countOf(finding.revision - 1, 'time')} since it
                        was raised
                      </span>
                    ),
                  },
                ]
              : []),
            {
              name: 'Rule',
              value: (
                <>
                  <Link
                    to={paths.rule.href(finding.rule_name)}
                    className="font-mono text-[0.8125rem] wrap-anywhere text-primary underline-offset-4 hover:underline"
                  >
                    {finding.rule_name}
                  </Link>
                  {ruleHash && (
                    <span
                      className="ml-2 font-mono text-xs text-muted-foreground"
                      title={`Rule content ${ruleHash}`}
                    >
                      hash {ruleHash.replace(/^sha256:/, '').slice(0, 10)}
                    </span>
                  )}
                </>
              ),
            },
          ]}
        />
      </div>
    </section>
  );
}

/** The values that the events of a correlation share. */
function readGroupKey(groupKey: string | null | undefined): { name: string; value: string }[] {
  if (!groupKey) return [];
  try {
    const group: unknown = JSON.parse(groupKey);
    if (typeof group !== 'object' || group === null || Array.isArray(group)) return [];
    return Object.entries(group)
      .filter(([name]) => name !== 'user')
      .map(([name, value]) => ({ name, value: typeof value === 'string' ? value : JSON.stringify(value) }));
  } catch {
    // Not JSON: show it as it is rather than hide it.
    return [{ name: 'group', value: groupKey }];
  }
}
