import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { cn } from '@/lib/class-names';
import { formatCount } from '@/lib/numbers';
import { revealInvisible } from '@/lib/untrusted-text';

/** Entries of one object or array that are shown before the reader asks for more. */
const ENTRIES_SHOWN = 100;
/** Characters of one text that are shown before the reader asks for more. */
const TEXT_SHOWN = 400;
/** Nodes deeper than this start closed; closed nodes draw nothing, so depth costs nothing. */
const OPEN_DEPTH = 3;

/**
 * Any JSON, as an outline that opens and closes. Content is only ever drawn as text. Fields whose dotted path
 * (without array positions) is in `highlights` are marked.
 */
export function JsonView({
  value,
  highlights = NONE,
  label,
}: {
  value: unknown;
  highlights?: ReadonlySet<string>;
  /** Names the block for screen readers. */
  label: string;
}) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="overflow-x-auto rounded-md bg-muted/70 p-3 font-mono text-xs leading-5 dark:bg-background/60"
    >
      <Node value={value} path="" depth={0} highlights={highlights} />
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();

interface NodeProps {
  name?: string;
  value: unknown;
  path: string;
  depth: number;
  highlights: ReadonlySet<string>;
}

function Node(props: NodeProps) {
  const { value } = props;
  if (typeof value === 'object' && value !== null) return <Branch {...props} value={value} />;
  const marked = props.highlights.has(props.path);
  return (
    <div className="pl-4">
      <span className={cn(marked && 'rounded-sm bg-mark px-0.5 text-mark-foreground')}>
        <Name name={props.name} plain={marked} />
        <Leaf value={value} plain={marked} />
        {marked && <span className="sr-only"> (matched by the rule)</span>}
      </span>
    </div>
  );
}

function Branch({ name, value, path, depth, highlights }: NodeProps & { value: object }) {
  const isArray = Array.isArray(value);
  const entries: [string, unknown][] = isArray
    ? value.map((entry, index) => [String(index), entry])
    : Object.entries(value);
  const holdsMark =
    path === '' || [...highlights].some((field) => field === path || field.startsWith(`${path}.`));
  const [open, setOpen] = useState(depth < OPEN_DEPTH || holdsMark);
  const [shown, setShown] = useState(ENTRIES_SHOWN);
  const [opening, closing] = isArray ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return (
      <div className="pl-4">
        <Name name={name} />
        {opening}
        {closing}
      </div>
    );
  }
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={cn(
          'flex items-center rounded-sm text-left hover:bg-accent',
          highlights.has(path) && 'bg-mark text-mark-foreground',
        )}
      >
        <ChevronRight
          aria-hidden
          className={cn('mr-0.5 size-3.5 shrink-0 transition-transform', open && 'rotate-90')}
        />
        <span className="whitespace-pre">
          <Name name={name} plain={highlights.has(path)} />
          {opening}
          {!open && (
            <span className="text-muted-foreground">
              {' '}
              {formatCount(entries.length)} {isArray ? 'items' : 'fields'} {closing}
            </span>
          )}
        </span>
      </button>
      {open && (
        <>
          <div className="ml-[0.4rem] border-l pl-2">
            {entries.slice(0, shown).map(([key, entry]) => (
              <Node
                key={key}
                name={isArray ? undefined : key}
                value={entry}
                // Rules name fields without positions: each element of a list stands at the list's own path.
                path={isArray ? path : path === '' ? key : `${path}.${key}`}
                depth={depth + 1}
                highlights={highlights}
              />
            ))}
            {entries.length > shown && (
              <button
                type="button"
                className="ml-4 text-primary underline underline-offset-2"
                onClick={() => setShown(shown + ENTRIES_SHOWN * 5)}
              >
                Show more ({formatCount(entries.length - shown)} left)
              </button>
            )}
          </div>
          <div className="pl-4">{closing}</div>
        </>
      )}
    </div>
  );
}

function Name({ name, plain = false }: { name?: string; plain?: boolean }) {
  if (name === undefined) return null;
  return (
    <>
      <bdi className={cn(!plain && 'text-muted-foreground')}>{revealInvisible(name)}</bdi>
      <span className={cn(!plain && 'text-muted-foreground')}>: </span>
    </>
  );
}

function Leaf({ value, plain }: { value: unknown; plain: boolean }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== 'string') {
    return <span className={plain ? undefined : 'text-high'}>{String(value)}</span>;
  }
  const cut = !whole && value.length > TEXT_SHOWN;
  return (
    <>
      <bdi className={cn('break-all whitespace-pre-wrap', !plain && 'text-good')}>
        {revealInvisible(JSON.stringify(cut ? value.slice(0, TEXT_SHOWN) : value))}
      </bdi>
      {cut && (
        <button
          type="button"
          className="ml-1 text-primary underline underline-offset-2"
          onClick={() => setWhole(true)}
        >
          show all {formatCount(value.length)} characters
        </button>
      )}
    </>
  );
}
