import { useEffect, useEffectEvent } from 'react';
import { useLiveStream } from './live-context';
import type { LiveMessages } from './live-stream';

/** Calls back for each message of a kind, for as long as the component is there. */
export function useLiveMessage<Name extends keyof LiveMessages>(
  name: Name,
  handler: (message: LiveMessages[Name]) => void,
): void {
  const stream = useLiveStream();
  const onMessage = useEffectEvent(handler);
  useEffect(() => stream.on(name, (message) => onMessage(message)), [stream, name]);
}
