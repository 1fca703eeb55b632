import { ArrowUp } from 'lucide-react';
import { Button } from '@/components/ui/button';

/** Says that there is something new, and shows it when asked: rows do not move under a reader. */
export function ArrivalsPill({ text, onShow }: { text: string | null; onShow: () => void }) {
  return (
    <div role="status" className="pointer-events-none sticky top-20 z-20 flex h-0 justify-center">
      {text !== null && (
        <Button
          size="sm"
          className="pointer-events-auto -translate-y-1/2 animate-fade-in rounded-full shadow-md"
          onClick={onShow}
        >
          <ArrowUp aria-hidden />
          {text}
        </Button>
      )}
    </div>
  );
}
