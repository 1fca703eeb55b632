import { Pause, Play } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { cn } from '@/lib/class-names';
import { useLiveState } from '@/lib/live/live-context';
import type { LiveStatus } from '@/lib/live/live-stream';

const SAID: Record<LiveStatus, string> = {
  live: 'Live',
  connecting: 'Connecting',
  lost: 'Reconnecting',
  paused: 'Paused',
};
const DOT: Record<LiveStatus, string> = {
  live: 'bg-good-fill',
  connecting: 'bg-medium-fill',
  lost: 'bg-critical-fill',
  paused: 'border border-muted-foreground bg-transparent',
};

/** Says whether the page follows what happens, and pauses or resumes that. */
export function LiveToggle({ paused, onChange }: { paused: boolean; onChange: (paused: boolean) => void }) {
  const { status } = useLiveState();
  const shown = paused ? 'paused' : status === 'paused' ? 'connecting' : status;
  const Icon = paused ? Play : Pause;
  return (
    <Button
      variant="ghost"
      size="sm"
      aria-label={`${SAID[shown]}. ${paused ? 'Resume live updates' : 'Pause live updates'}`}
      title={paused ? 'Resume live updates' : 'Pause live updates'}
      onClick={() => onChange(!paused)}
      className="gap-2"
    >
      <span aria-hidden className="relative grid size-2 place-content-center">
        {shown === 'live' && <span className="absolute inset-0 animate-ping rounded-full bg-good-fill/50" />}
        <span className={cn('relative size-2 rounded-full', DOT[shown])} />
      </span>
      <span className="max-xs:sr-only">{SAID[shown]}</span>
      <Icon aria-hidden className="size-3.5 text-muted-foreground" />
    </Button>
  );
}
