import { useQuery } from '@tanstack/react-query';
import { LoaderCircle, Play, RotateCcw } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { CopyButton } from '@/components/copy-button';
import { ProblemCard } from '@/components/states/problem-card';
import { Button } from '@/components/ui/button';
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { Progress } from '@/components/ui/progress';
import { ToggleGroup, ToggleGroupItem } from '@/components/ui/toggle-group';
import { useMay } from '@/lib/access/session';
import type { TextProblem } from '@/lib/api/problem';
import { formatCount } from '@/lib/numbers';
import type { RuleDetail } from '../api/get-rules';
import {
  isPreviewOver,
  previewQuery,
  useCancelPreview,
  useStartPreview,
  type RulePreview,
} from '../api/preview-rule';
import { PreviewResult } from './preview-result';
import { goToPlace, RuleEditor } from './rule-editor';
import { TextProblems } from './text-problems';

const SPANS = [1, 7, 30] as const;

/** The text of a rule, to be changed and tried over stored events by those who may; nothing is written. */
export function RulePreviewCard({ rule }: { rule: RuleDetail }) {
  const id = useId();
  const mayTry = useMay('triage');
  const field = useRef<HTMLTextAreaElement>(null);
  // Only what differs from the file is kept: an unchanged text follows it.
  const [draft, setDraft] = useState<string>();
  const [days, setDays] = useState<number>(7);
  const [previewId, setPreviewId] = useState<string>();
  const start = useStartPreview((preview) => setPreviewId(preview.id));
  const preview = useQuery({ ...previewQuery(previewId ?? ''), enabled: previewId !== undefined });
  const running = start.isPending || (preview.data !== undefined && !isPreviewOver(preview.data));
  const yaml = draft ?? rule.source;
  const refusals = start.error?.problems ?? [];
  const go = (problem: TextProblem) => field.current && goToPlace(field.current, problem);
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>{mayTry ? 'Source and preview' : 'Source'}</CardTitle>
        <div className="ml-auto flex flex-wrap items-center gap-1">
          {draft !== undefined && (
            <Button
              variant="ghost"
              size="sm"
              onClick={() => {
                setDraft(undefined);
                start.reset();
              }}
            >
              <RotateCcw aria-hidden />
              As in the file
            </Button>
          )}
          <CopyButton text={yaml} label="Copy text" />
        </div>
      </CardHeader>
      <CardContent className="space-y-3">
        {mayTry && (
          <p className="max-w-prose text-pretty text-muted-foreground">
            Change the text and try it over stored events. Nothing is written: what you like goes into the
            file.
          </p>
        )}
        <RuleEditor
          ref={field}
          value={yaml}
          faultyLines={new Set(refusals.map(({ line }) => line))}
          describedBy={refusals.length > 0 ? `${id}-faults` : undefined}
          readOnly={!mayTry}
          onChange={(text) => setDraft(text === rule.source ? undefined : text)}
        />
        {mayTry && (
          <div className="flex flex-wrap items-center gap-2">
            <ToggleGroup
              type="single"
              value={String(days)}
              aria-label="Events to try it over"
              onValueChange={(next) => {
                const chosen = SPANS.find((span) => String(span) === next);
                if (chosen) setDays(chosen);
              }}
            >
              {SPANS.map((span) => (
                <ToggleGroupItem key={span} value={String(span)} className="tabular-nums">
                  {span === 1 ? 'Last day' : `${span} days`}
                </ToggleGroupItem>
              ))}
            </ToggleGroup>
            <Button
              size="sm"
              disabled={running || yaml.trim() === ''}
              onClick={() => {
                setPreviewId(undefined);
                start.mutate({ yaml, days });
              }}
            >
              {running ? <LoaderCircle aria-hidden className="animate-spin" /> : <Play aria-hidden />}
              {running ? 'Trying…' : 'Try it'}
            </Button>
          </div>
        )}
        {refusals.length > 0 ? (
          <div
            role="alert"
            id={`${id}-faults`}
            className="space-y-2 rounded-lg border border-critical/35 p-3.5"
          >
            <p className="font-medium">This text does not work</p>
            <TextProblems label="Faults in the text" problems={refusals} onGo={go} />
          </div>
        ) : start.isError ? (
          <ProblemCard problem={start.error} what="" said="The rule was not tried" />
        ) : null}
        {previewId !== undefined &&
          (preview.isError ? (
            <ProblemCard
              problem={preview.error}
              what="the result"
              onRetry={() => void preview.refetch()}
              retrying={preview.isFetching}
            />
          ) : (
            preview.data && <Outcome preview={preview.data} onGo={go} />
          ))}
      </CardContent>
    </Card>
  );
}

function Outcome({ preview, onGo }: { preview: RulePreview; onGo: (problem: TextProblem) => void }) {
  const cancel = useCancelPreview(preview.id);
  if (preview.result) return <PreviewResult report={preview.result} onGo={onGo} />;
  if (isPreviewOver(preview)) {
    return (
      <p role="alert" className="text-pretty wrap-anywhere">
        {preview.error?.startsWith('JOBS.CANCELLED')
          ? 'Cancelled.'
          : `It failed: ${preview.error ?? 'the reason is not known'}`}
      </p>
    );
  }
  const { done, total } = preview.progress ?? { done: 0, total: 0 };
  return (
    <>
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1 space-y-1.5">
          <p role="status">Looking through the events</p>
          <Progress
            aria-label="Events looked at"
            value={total > 0 ? Math.min(100, (done / total) * 100) : null}
          />
          {total > 0 && (
            <p className="text-xs text-muted-foreground tabular-nums">
              {formatCount(done)} of {formatCount(total)} events
            </p>
          )}
        </div>
        <Button variant="outline" size="sm" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      </div>
      {/* Refused as too late is no failure: it has ended meanwhile. */}
      {cancel.isError && cancel.error.status !== 409 && (
        <ProblemCard problem={cancel.error} what="" said="It was not cancelled" />
      )}
    </>
  );
}
