import { useId, useState } from 'react';
import { DialogButtons } from '@/components/form/dialog-buttons';
import { ProblemCard } from '@/components/states/problem-card';
import {
  AlertDialog,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogTitle,
} from '@/components/ui/alert-dialog';
import { Input } from '@/components/ui/input';
import { Untrusted } from '@/components/untrusted';
import { useChangeRule } from '../api/change-rule';
import { useMe } from '@/lib/access/session';
import type { Rule, RuleLevel } from '../api/get-rules';
import { keepAuthor, readAuthor } from '../author';
import { levelLabel } from './rule-level';

/** What is to be changed: one of both. A level of null is the one of the file. */
export type RuleChange = { enabled: boolean } | { level: RuleLevel | null };

/** Asks why a rule is changed, then changes it. Stays open until the API has taken it, so that a refusal is seen. */
export function ChangeRuleDialog({
  rule,
  change,
  overrideRevision,
  onClose,
}: {
  rule: Rule;
  /** Nothing is asked without. */
  change: RuleChange | undefined;
  /** The change is refused if there was another one after this. */
  overrideRevision?: number;
  onClose: () => void;
}) {
  return (
    <AlertDialog open={change !== undefined} onOpenChange={(open) => !open && onClose()}>
      {change && (
        <AlertDialogContent>
          <Question rule={rule} change={change} overrideRevision={overrideRevision} onClose={onClose} />
        </AlertDialogContent>
      )}
    </AlertDialog>
  );
}

function Question({
  rule,
  change,
  overrideRevision,
  onClose,
}: {
  rule: Rule;
  change: RuleChange;
  overrideRevision: number | undefined;
  onClose: () => void;
}) {
  const id = useId();
  const [reason, setReason] = useState('');
  const [author, setAuthor] = useState(readAuthor);
  const me = useMe();
  /** The name of a person who has signed in needs no question. */
  const person = me?.account ? me.actor.name : undefined;
  const { mutate, isPending, isError, error } = useChangeRule(rule.id);
  const { title, effect, answer } = words(rule, change);
  const send = () => {
    const by = person ?? author.trim();
    if (person === undefined) keepAuthor(by);
    mutate(
      { ...change, reason: reason.trim(), by: by || undefined, override_revision: overrideRevision },
      { onSuccess: onClose },
    );
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AlertDialogTitle>{title}</AlertDialogTitle>
      <AlertDialogDescription>
        <Untrusted className="font-medium wrap-anywhere text-foreground">{rule.title}</Untrusted>. {effect}
      </AlertDialogDescription>
      <div className="space-y-3">
        <div className="space-y-1">
          <label htmlFor={`${id}-reason`} className="text-[0.8125rem] font-medium">
            Reason
          </label>
          <Input
            id={`${id}-reason`}
            required
            pattern=".*\S.*"
            title="A few words for the history"
            autoComplete="off"
            maxLength={1024}
            placeholder="For the history: why?"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </div>
        {person === undefined && (
          <div className="space-y-1">
            <label htmlFor={`${id}-author`} className="text-[0.8125rem] font-medium">
              Your name <span className="font-normal text-muted-foreground">(optional)</span>
            </label>
            <Input
              id={`${id}-author`}
              autoComplete="name"
              maxLength={1024}
              value={author}
              onChange={(event) => setAuthor(event.target.value)}
            />
          </div>
        )}
      </div>
      {isError && <ProblemCard problem={error} what="" said="The rule was not changed" />}
      <DialogButtons answer={answer} pending={isPending} />
    </form>
  );
}

function words(rule: Rule, change: RuleChange): { title: string; effect: string; answer: string } {
  if ('enabled' in change) {
    return change.enabled
      ? {
          title: 'Enable this rule?',
          effect: 'It finds again from now on. What happened while it was disabled stays without findings.',
          answer: 'Enable',
        }
      : {
          title: 'Disable this rule?',
          effect: 'Nothing that it finds is kept until it is enabled again. Findings that are there stay.',
          answer: 'Disable',
        };
  }
  const level = levelLabel(change.level ?? rule.level).toLowerCase();
  return {
    title: `Set the level to ${level}?`,
    effect:
      change.level === null
        ? `That is what its file says. Findings that are there stay as they are.`
        : `Findings from now on are ${level} instead of ${levelLabel(rule.effective_level).toLowerCase()}. Those that are there stay as they are.`,
    answer: 'Set level',
  };
}
