import { CircleCheck, RotateCw, X } from 'lucide-react';
import { Link } from 'react-router';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { paths } from '@/config/paths';
import { countOf } from '@/lib/numbers';
import type { RulesReload, useReloadRules } from '../api/reload-rules';
import { TextProblems } from './text-problems';

const NAMED = 20;

/** Has the system read its rule files again. */
export function ReloadRulesButton({ reload }: { reload: ReturnType<typeof useReloadRules> }) {
  return (
    <Button
      variant="outline"
      size="sm"
      disabled={reload.isPending}
      onClick={() => reload.mutate({ skipFaulty: false })}
    >
      <RotateCw aria-hidden className={reload.isPending ? 'animate-spin' : undefined} />
      {reload.isPending ? 'Reading the files…' : 'Reload from disk'}
    </Button>
  );
}

/** What a reload changed, or why it was refused; nothing before there was one. */
export function ReloadOutcome({ reload }: { reload: ReturnType<typeof useReloadRules> }) {
  const dismiss = (
    <Button
      variant="ghost"
      size="icon-sm"
      aria-label="Dismiss"
      className="-my-1 ml-auto"
      onClick={() => reload.reset()}
    >
      <X aria-hidden />
    </Button>
  );
  if (reload.isError) {
    const { problems } = reload.error;
    if (problems.length === 0) {
      return <ProblemCard problem={reload.error} what="" said="The rules were not reloaded" />;
    }
    return (
      <Card role="alert" className="border-critical/35 px-4 py-3.5 sm:px-5">
        <div className="flex items-start gap-2.5">
          <div className="min-w-0 space-y-2.5">
            <p className="font-medium">Refused: the rules in force stay as they are</p>
            <TextProblems label="What is wrong with the files" problems={problems} />
            <Button
              variant="outline"
              size="sm"
              disabled={reload.isPending}
              onClick={() => reload.mutate({ skipFaulty: true })}
            >
              Take all others into force
            </Button>
          </div>
          {dismiss}
        </div>
      </Card>
    );
  }
  return (
    <div role="status">
      {reload.data && (
        <Card className="px-4 py-3 sm:px-5">
          <div className="flex items-start gap-2.5">
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
            <div className="min-w-0 space-y-1">
              <p>{describeReload(reload.data)}</p>
              <Changed what="Added" ids={reload.data.added} linked />
              <Changed what="Changed" ids={reload.data.changed} linked />
              <Changed what="Removed" ids={reload.data.removed} />
            </div>
            {dismiss}
          </div>
        </Card>
      )}
    </div>
  );
}

function describeReload({ outcome, rules, added, changed, removed }: RulesReload): string {
  return outcome === 'unchanged'
    ? `The files are those in force: ${countOf(rules, 'rule')}.`
    : `${countOf(rules, 'rule')} in force: ${added.length} added, ${changed.length} changed, ${removed.length} removed.`;
}

function Changed({ what, ids, linked = false }: { what: string; ids: readonly string[]; linked?: boolean }) {
  if (ids.length === 0) return null;
  return (
    <p className="text-xs wrap-anywhere text-muted-foreground">
      {what}:{' '}
      {ids.slice(0, NAMED).map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          {linked ? (
            <Link
              to={paths.rule.href(id)}
              className="font-mono text-primary underline-offset-4 hover:underline"
            >
              {id}
            </Link>
          ) : (
            <span className="font-mono">{id}</span>
          )}
        </span>
      ))}
      {ids.length > NAMED && ` and ${ids.length - NAMED} more`}
    </p>
  );
}
