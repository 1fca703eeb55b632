import { SeverityBadge, severityLabel } from '@/components/severity';
import { Badge } from '@/components/ui/badge';
import { isSeverity } from '@/lib/severity';
import type { Rule, RuleLevel } from '../api/get-rules';

/** The name of a level as people read it. */
export function levelLabel(level: RuleLevel): string {
  return isSeverity(level) ? severityLabel(level) : 'Informational';
}

/** The level that findings of a rule get, marked when it is not the one of its file. */
export function RuleLevelBadge({ rule }: { rule: Pick<Rule, 'level' | 'effective_level'> }) {
  const { level, effective_level: effective } = rule;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {isSeverity(effective) ? (
        <SeverityBadge severity={effective} />
      ) : (
        <Badge className="py-0.5 leading-4 text-muted-foreground">{levelLabel(effective)}</Badge>
      )}
      {effective !== level && (
        <span
          className="text-xs whitespace-nowrap text-muted-foreground"
          title={`Its file says ${levelLabel(level).toLowerCase()}; it was overridden.`}
        >
          set, was {levelLabel(level).toLowerCase()}
        </span>
      )}
    </span>
  );
}
