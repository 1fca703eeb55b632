import { Download } from 'lucide-react';
import { CopyButton } from '@/components/copy-button';
import { Button } from '@/components/ui/button';
import { saveText } from '@/lib/save-text';

/** The codes for the day on which the authenticator is lost, shown once. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <div className="space-y-3">
      <p role="status" className="font-medium">
        The authenticator is set up.
      </p>
      <p className="text-pretty">
        Keep these recovery codes where you find them without your phone. Each signs you in once in place of
        the authenticator. They cannot be shown again.
      </p>
      <ul
        aria-label="Recovery codes"
        className="grid gap-x-6 gap-y-1 rounded-lg border bg-muted/60 p-3 font-mono text-xs sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} label="Copy" />
        <Button variant="ghost" size="sm" onClick={() => saveText('recovery-codes.txt', text)}>
          <Download aria-hidden />
          Download
        </Button>
        <Button size="sm" className="ml-auto" onClick={onKept}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
