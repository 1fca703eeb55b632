import { ArrowRight } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { May } from '@/components/may';
import { Moment } from '@/components/moment';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { NativeSelect } from '@/components/ui/native-select';
import { paths } from '@/config/paths';
import { countOf } from '@/lib/numbers';
import type { RuleDetail, RuleLevel } from '../api/get-rules';
import { RULE_LEVELS } from '../rules-view';
import { ChangeRuleDialog } from './change-rule';
import { levelLabel, RuleLevelBadge } from './rule-level';
import { RuleSwitch } from './rule-switch';

const OF_FILE = 'file';

/** Whether a rule is on, the level of its findings, and how many there are. */
export function RuleState({ rule }: { rule: RuleDetail }) {
  const id = useId();
  const [target, setTarget] = useState<{ level: RuleLevel | null }>();
  return (
    <Card className="px-4 py-4 sm:px-5">
      <section aria-label="State of the rule" className="space-y-3">
        <div className="flex items-center justify-between gap-3">
          <span className={rule.enabled ? undefined : 'font-medium text-high'}>
            {rule.enabled ? 'Enabled' : 'Disabled: nothing it finds is kept'}
          </span>
          <May permission="rules:write">
            <RuleSwitch rule={rule} overrideRevision={rule.override_revision} />
          </May>
        </div>
        <May
          permission="rules:write"
          otherwise={
            <div className="flex items-center justify-between gap-3">
              Level of findings
              <RuleLevelBadge rule={rule} />
            </div>
          }
        >
          <div className="flex items-center justify-between gap-3">
            <label htmlFor={`${id}-level`}>Level of findings</label>
            <NativeSelect
              id={`${id}-level`}
              // Without findings there is nothing that could have a level.
              disabled={(rule.silent || rule.kind === 'filter') && rule.level_override === null}
              value={rule.level_override ?? OF_FILE}
              onChange={({ target: { value } }) =>
                setTarget({ level: RULE_LEVELS.find((level) => level === value) ?? null })
              }
            >
              <option value={OF_FILE}>{levelLabel(rule.level)} (its file)</option>
              {RULE_LEVELS.map((level) => (
                <option key={level} value={level}>
                  {levelLabel(level)}
                </option>
              ))}
            </NativeSelect>
          </div>
        </May>
        <p className="flex items-center justify-between gap-3 border-t pt-3 tabular-nums">
          <span>
            {countOf(rule.hits, 'hit')}
            {rule.last_hit ? (
              <span className="text-muted-foreground">
                , last <Moment iso={rule.last_hit} />
              </span>
            ) : null}
          </span>
          <Button asChild variant="outline" size="sm">
            <Link to={`${paths.dashboard.href({ rule: rule.name })}#findings`}>
              Show findings
              <ArrowRight aria-hidden />
            </Link>
          </Button>
        </p>
        {rule.skipped_events > 0 && (
          <p className="text-xs text-pretty text-high">
            Not tried on {countOf(rule.skipped_events, 'event')}
            {rule.last_skip ? (
              <>
                , last <Moment iso={rule.last_skip} />
              </>
            ) : null}
            : the texts in them are too long for its regular expressions.
          </p>
        )}
        {rule.silent && (
          <p className="text-xs text-pretty text-muted-foreground">
            It raises no findings of its own: other rules are made of it. So there is nothing to switch.
          </p>
        )}
      </section>
      <ChangeRuleDialog
        rule={rule}
        change={target}
        overrideRevision={rule.override_revision}
        onClose={() => setTarget(undefined)}
      />
    </Card>
  );
}
