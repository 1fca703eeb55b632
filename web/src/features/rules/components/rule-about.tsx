import type { ReactNode } from 'react';
import { ControlsList } from '@/components/controls-list';
import { Untrusted } from '@/components/untrusted';
import { Card } from '@/components/ui/card';
import { readControls } from '@/lib/controls';
import type { RuleDetail } from '../api/get-rules';
import { RuleLevelBadge } from './rule-level';
import { TextProblems } from './text-problems';

/** What a rule looks for, why, and what to do about what it finds. */
export function RuleAbout({ rule }: { rule: RuleDetail }) {
  const links = webLinks(rule.metadata.references);
  return (
    <Card className="min-w-0 px-4 py-4 sm:px-5">
      <section aria-label="About the rule">
        <RuleLevelBadge rule={rule} />
        <p className="mt-2.5 max-w-prose text-pretty whitespace-pre-line wrap-anywhere">
          {rule.description ? (
            <Untrusted>{rule.description.trim()}</Untrusted>
          ) : (
            <span className="text-muted-foreground">Its document has no description.</span>
          )}
        </p>
        {rule.problems.length > 0 && (
          <Part title="Warnings about its document">
            <TextProblems label="Warnings about its document" problems={rule.problems} />
          </Part>
        )}
        {readControls(rule.controls).length > 0 && (
          <Part title="Controls">
            <ControlsList controls={rule.controls} />
          </Part>
        )}
        {rule.runbook && (
          <Part title="What to do about a finding">
            <p className="max-w-prose whitespace-pre-line wrap-anywhere">
              <Untrusted>{rule.runbook.trim()}</Untrusted>
            </p>
          </Part>
        )}
        {links.length > 0 && (
          <Part title="References">
            <ul className="space-y-1">
              {links.map((link) => (
                <li key={link} className="wrap-anywhere">
                  <a
                    href={link}
                    rel="noopener noreferrer"
                    target="_blank"
                    className="text-primary underline underline-offset-4"
                  >
                    {link}
                  </a>
                </li>
              ))}
            </ul>
          </Part>
        )}
      </section>
    </Card>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-4 border-t pt-3.5">
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      {children}
    </div>
  );
}

/** Only addresses that certainly lead to a web page become links; the file may come from an untrusted source. */
function webLinks(references: unknown): string[] {
  const texts = Array.isArray(references) ? references : [references];
  return texts.filter((text): text is string => typeof text === 'string' && /^https?:\/\/\S+$/.test(text));
}
