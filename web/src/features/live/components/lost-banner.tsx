import { RotateCw, WifiOff } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { useLiveState, useLiveStream } from '@/lib/live/live-context';
import { formatClock, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/use-now';

/** Says that what is shown may be out of date, and since when. */
export function LostBanner() {
  const stream = useLiveStream();
  const { status, freshUntil } = useLiveState();
  const now = useNow();
  const lost = status === 'lost';
  return (
    <div role="status">
      {lost && (
        <div className="border-b border-high/30 bg-high-tint text-high">
          <div className="mx-auto flex max-w-page flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-[0.8125rem] sm:px-6">
            <WifiOff aria-hidden className="size-4 shrink-0" />
            <p className="min-w-0 flex-1 text-pretty">
              <span className="font-semibold">Live updates are interrupted.</span>{' '}
              {freshUntil === null
                ? 'Trying to connect.'
                : `What you see may be out of date since ${formatClock(freshUntil)} (${formatRelative(freshUntil, now)}). Reconnecting.`}
            </p>
            <Button variant="outline" size="sm" className="text-foreground" onClick={stream.retryNow}>
              <RotateCw aria-hidden />
              Reconnect now
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
