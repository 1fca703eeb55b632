import { useState } from 'react';
import { Switch } from '@/components/ui/switch';
import { revealInvisible } from '@/lib/untrusted-text';
import type { Rule } from '../api/get-rules';
import { ChangeRuleDialog } from './change-rule';

/** Whether a rule is enabled; to switch it asks why first. */
export function RuleSwitch({ rule, overrideRevision }: { rule: Rule; overrideRevision?: number }) {
  const [target, setTarget] = useState<boolean>();
  return (
    <>
      <Switch
        checked={rule.enabled}
        // Switching what raises nothing of its own would change nothing.
        disabled={rule.silent && rule.enabled}
        aria-label={`${revealInvisible(rule.title)} enabled`}
        onCheckedChange={setTarget}
      />
      <ChangeRuleDialog
        rule={rule}
        change={target === undefined ? undefined : { enabled: target }}
        overrideRevision={overrideRevision}
        onClose={() => setTarget(undefined)}
      />
    </>
  );
}
