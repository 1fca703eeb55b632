import { Badge } from '@/components/ui/badge';
import { readControls } from '@/lib/controls';

/** Controls by framework; nothing where there are none. */
export function ControlsList({ controls }: { controls: unknown }) {
  const frameworks = readControls(controls);
  if (frameworks.length === 0) return null;
  return (
    <dl className="space-y-2">
      {frameworks.map(({ framework, ids }) => (
        <div key={framework} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <dt className="w-24 shrink-0 text-muted-foreground">{framework}</dt>
          <dd className="flex flex-wrap gap-1.5">
            {ids.map((id) => (
              <Badge key={id} className="font-mono font-normal">
                {id}
              </Badge>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
