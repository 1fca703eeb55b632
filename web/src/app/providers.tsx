import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { env } from '@/config/current-env';
import { checkSession } from '@/lib/access/session';
import { createQueryClient } from '@/lib/api/query-client';
import { LiveContext } from '@/lib/live/live-context';
import { LiveStream } from '@/lib/live/live-stream';
import { followTheme } from '@/lib/theme';
import { LiveUpdates } from './live-updates';

/** What every page stands on: the cache of server state, the live connection, the theme. */
export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [stream] = useState(
    () => new LiveStream(`${env.apiBaseUrl}/stream`, () => checkSession(queryClient)),
  );
  useEffect(() => followTheme(), []);
  return (
    <QueryClientProvider client={queryClient}>
      <LiveContext value={stream}>
        <LiveUpdates />
        {children}
      </LiveContext>
    </QueryClientProvider>
  );
}
