import { QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { env } from '@/config/current-env';
import { createQueryClient } from '@/lib/api/query-client';
import { LiveContext } from '@/lib/live/live-context';
import { LiveStream } from '@/lib/live/live-stream';
import { LiveUpdates } from './live-updates';

/** What every page stands on: the cache of server state and the live connection. */
export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [stream] = useState(() => new LiveStream(`${env.apiBaseUrl}/stream`));
  return (
    <QueryClientProvider client={queryClient}>
      <LiveContext value={stream}>
        <LiveUpdates />
        {children}
      </LiveContext>
    </QueryClientProvider>
  );
}
