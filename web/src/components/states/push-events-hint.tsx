import { CopyButton } from '@/components/copy-button';
import { env } from '@/config/current-env';
import { absoluteApiUrl } from '@/config/env';
import { useMe } from '@/lib/access/session';

/** A command that pushes a first event into this very system. */
export function PushEventsHint() {
  const needsKey = useMe()?.mode !== 'open';
  const url = `${absoluteApiUrl(env, window.location.origin)}/events`;
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const command = `curl -X POST ${url} \\
  -H 'content-type: application/json' \\${needsKey ? `\n  -H "authorization: Bearer $API_KEY" \\` : ''}
  -d '{
    "event_type": "storage_bucket_created",
    "user": "alice",
    "timestamp": "${at}",
    "raw_data": {"bucket_name": "backups", "public": true, "region": "eu-central-1"}
  }'`;
  return (
    <div className="w-full max-w-2xl rounded-lg border bg-muted/60 text-left">
      <div className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-3">
        <span className="text-xs font-medium text-muted-foreground">Push an event</span>
        <CopyButton text={command} label="Copy command" />
      </div>
      <pre
        tabIndex={0}
        aria-label="Command that pushes an event"
        className="overflow-x-auto p-3 font-mono text-xs leading-5"
      >
        {command}
      </pre>
      {needsKey && (
        <p className="border-t px-3 py-2 text-xs text-pretty text-muted-foreground">
          <code className="font-mono">API_KEY</code> is a key with the scope{' '}
          <code className="font-mono">events:write</code>. An admin makes it on the page Keys.
        </p>
      )}
    </div>
  );
}
