import { createContext, use, useSyncExternalStore } from 'react';
import type { LiveState, LiveStream } from './live-stream';

/** Carries the page's one connection; provided by the app. */
export const LiveContext = createContext<LiveStream | null>(null);

/** The live connection of the page. */
export function useLiveStream(): LiveStream {
  const stream = use(LiveContext);
  if (stream === null) throw new Error('useLiveStream needs a LiveContext above it.');
  return stream;
}

/** Whether the page is live, and since when it may be out of date. */
export function useLiveState(): LiveState {
  const stream = useLiveStream();
  return useSyncExternalStore(stream.subscribe, stream.getState);
}
