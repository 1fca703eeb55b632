import { useQuery } from '@tanstack/react-query';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useState } from 'react';
import { Moment } from '@/components/moment';
import { ProblemCard } from '@/components/states/problem-card';
import { useMay } from '@/lib/access/session';
import { Untrusted } from '@/components/untrusted';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { ratingsQuery, useRateEnrichment, type RatingRequest } from '../api/ratings';

/** Asks whether an explanation was of use, and shows what was said before. */
export function RateEnrichment({ id }: { id: number }) {
  const ratings = useQuery(ratingsQuery(id)).data ?? [];
  const rate = useRateEnrichment(id);
  const mayRate = useMay('triage');
  const [verdict, setVerdict] = useState<RatingRequest['verdict'] | null>(null);
  const [comment, setComment] = useState('');
  const [score, setScore] = useState('');
  const latest = ratings[0];
  const send = () => {
    if (verdict === null) return;
    const expected = score.trim() === '' ? undefined : Number(score);
    rate.mutate(
      { verdict, ...(comment.trim() === '' ? {} : { comment: comment.trim() }), expected_score: expected },
      {
        onSuccess: () => {
          setVerdict(null);
          setComment('');
          setScore('');
        },
      },
    );
  };
  return (
    <section aria-label="Rating" className="mt-3">
      <div className="flex flex-wrap items-center gap-2">
        {mayRate && (
          <>
            <span className="text-xs text-muted-foreground">Was this useful?</span>
            {(['useful', 'wrong'] as const).map((each) => (
              <Button
                key={each}
                variant="outline"
                size="sm"
                aria-pressed={verdict === each}
                className={verdict === each ? 'bg-accent' : undefined}
                onClick={() => setVerdict(verdict === each ? null : each)}
              >
                {each === 'useful' ? <ThumbsUp aria-hidden /> : <ThumbsDown aria-hidden />}
                {each === 'useful' ? 'Useful' : 'Wrong'}
              </Button>
            ))}
          </>
        )}
        {latest && verdict === null && (
          <span className="text-xs text-muted-foreground">
            {latest.verdict === 'useful' ? 'Rated useful' : 'Rated wrong'}
            {latest.expected_score !== null && `, should be ${latest.expected_score}`}{' '}
            <Moment iso={latest.created_at} />
            {latest.comment && (
              <>
                : <Untrusted>{latest.comment}</Untrusted>
              </>
            )}
          </span>
        )}
      </div>
      {verdict !== null && (
        <form
          className="mt-2 flex flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Input
            aria-label="Comment"
            placeholder={verdict === 'wrong' ? 'What is wrong? (optional)' : 'Comment (optional)'}
            maxLength={2_000}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            className="min-w-40 flex-1"
          />
          <Input
            aria-label="Score it should have had"
            placeholder="Score 0–100"
            type="number"
            min={0}
            max={100}
            step={1}
            value={score}
            onChange={(event) => setScore(event.target.value)}
            className="w-28"
          />
          <Button type="submit" size="sm" disabled={rate.isPending}>
            Send
          </Button>
        </form>
      )}
      {rate.isError && <ProblemCard className="mt-2" problem={rate.error} what="the answer to the rating" />}
      <p role="status" className="sr-only">
        {rate.isSuccess ? 'Thank you, the rating is kept.' : ''}
      </p>
    </section>
  );
}
