import { PageHeader } from '@/components/layout/page-header';
import { May } from '@/components/may';
import { useReloadRules } from '@/features/rules/api/reload-rules';
import { ReloadOutcome, ReloadRulesButton } from '@/features/rules/components/reload-rules';
import { RuleProblemsBanner } from '@/features/rules/components/rule-problems';
import { RulesPanel } from '@/features/rules/components/rules-panel';

/** The rules in force. */
export function RulesRoute() {
  const reload = useReloadRules();
  return (
    <>
      <PageHeader
        actions={
          <May permission="rules:write">
            <ReloadRulesButton reload={reload} />
          </May>
        }
      >
        What is looked for in the events, and how often it was found.
      </PageHeader>
      <div className="space-y-4">
        <ReloadOutcome reload={reload} />
        {/* While an answer with the same faults stands above, they are not told twice. */}
        {!(reload.isError && reload.error.problems.length > 0) && <RuleProblemsBanner />}
        <RulesPanel />
      </div>
    </>
  );
}
