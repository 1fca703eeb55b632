import { useState } from 'react';
import { Switch } from '@/components/ui/switch';
import { useMay } from '@/lib/access/session';
import { revealInvisible } from '@/lib/untrusted-text';
import type { Rule } from '../api/get-rules';
import { ChangeRuleDialog } from './change-rule';

/** Whether a rule is enabled; to switch it asks why first. Those who may not switch it read it. */
export function RuleSwitch({ rule, overrideRevision }: { rule: Rule; overrideRevision?: number }) {
  const [target, setTarget] = useState<boolean>();
  if (!useMay('rules:write')) {
    const said = rule.enabled ? 'Enabled' : 'Disabled';
    return <span className="text-xs text-muted-foreground">{said}</span>;
  }
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
