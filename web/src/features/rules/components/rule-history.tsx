import { Moment } from '@/components/moment';
import { Untrusted } from '@/components/untrusted';
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { useState } from 'react';
import type { RuleDetail } from '../api/get-rules';
import { describeChange } from '../rule-changes';

const SHOWN_AT_FIRST = 5;

/** Who changed a rule, when and why; the newest first. */
export function RuleHistory({ changes }: { changes: RuleDetail['changes'] }) {
  const [all, setAll] = useState(false);
  const shown = all ? changes : changes.slice(0, SHOWN_AT_FIRST);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Changes</CardTitle>
      </CardHeader>
      <CardContent>
        {changes.length === 0 && (
          <p className="text-muted-foreground">No changes: the rule is as in its file.</p>
        )}
        <ol aria-label="Changes of the rule" className="space-y-2.5">
          {shown.map((change, index) => (
            <li key={change.revision} className="wrap-anywhere">
              <p className="font-medium">{describeChange(change, changes[index + 1])}</p>
              {change.reason && (
                <p>
                  <Untrusted>{change.reason}</Untrusted>
                </p>
              )}
              <p className="text-xs text-muted-foreground">
                {change.changed_by ? (
                  <>
                    Entered as <Untrusted>{change.changed_by}</Untrusted> (not verified)
                  </>
                ) : (
                  'No name was entered'
                )}
                , <Moment iso={change.at} />
              </p>
            </li>
          ))}
        </ol>
        {changes.length > shown.length && (
          <button
            type="button"
            className="mt-2.5 text-[0.8125rem] text-primary underline-offset-4 hover:underline"
            onClick={() => setAll(true)}
          >
            Show all {changes.length}
          </button>
        )}
      </CardContent>
    </Card>
  );
}
