import { CircleCheck, Download, LoaderCircle, OctagonAlert, ShieldCheck } from 'lucide-react';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { countOf, formatCount } from '@/lib/numbers';
import { AUDIT_EXPORT_URL, type AuditVerification, type useVerifyAudit } from '../api/audit';

/** Checks the trail, or saves it for an auditor. */
export function AuditActions({ verify }: { verify: ReturnType<typeof useVerifyAudit> }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button variant="outline" size="sm" disabled={verify.isPending} onClick={() => verify.mutate()}>
        {verify.isPending ? (
          <LoaderCircle aria-hidden className="animate-spin" />
        ) : (
          <ShieldCheck aria-hidden />
        )}
        {verify.isPending ? 'Verifying…' : 'Verify'}
      </Button>
      <Button asChild variant="outline" size="sm">
        <a href={AUDIT_EXPORT_URL} download>
          <Download aria-hidden />
          Export
        </a>
      </Button>
    </div>
  );
}

/** What the check has found, in words; nothing before there was one. */
export function VerifyOutcome({ verify }: { verify: ReturnType<typeof useVerifyAudit> }) {
  if (verify.isError) {
    return <ProblemCard problem={verify.error} what="" said="The audit trail was not verified" />;
  }
  return (
    <div role="status">
      {verify.data && (
        <Card className={verify.data.valid ? 'px-4 py-3 sm:px-5' : 'border-critical/35 px-4 py-3 sm:px-5'}>
          <div className="flex items-start gap-2.5">
            {verify.data.valid ? (
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
            ) : (
              <OctagonAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
            )}
            <Said found={verify.data} />
          </div>
        </Card>
      )}
    </div>
  );
}

function Said({ found }: { found: AuditVerification }) {
  if (!found.valid) {
    return (
      <div className="min-w-0 space-y-1">
        <p className="font-medium">
          {found.first_broken === null
            ? 'The audit trail is not as it was written.'
            : `Entry ${formatCount(found.first_broken)} is not as it was written.`}
        </p>
        <p className="text-pretty wrap-anywhere">{found.detail}</p>
        <p className="text-xs text-muted-foreground">
          {countOf(found.entries, 'entry')} before it are in order.
        </p>
      </div>
    );
  }
  return (
    <div className="min-w-0 space-y-1">
      <p>{countOf(found.entries, 'entry')} are as they were written, without a gap.</p>
      <p className="text-xs text-pretty text-muted-foreground">
        {found.checkpoint_size === null
          ? 'No checkpoint has been published yet that confirms it.'
          : `The last published checkpoint confirms the first ${formatCount(found.checkpoint_size)}.`}
        {found.epoch_began !== null &&
          ` A backup was restored: entry ${formatCount(found.epoch_began)} says what was there before.`}
      </p>
    </div>
  );
}
