import { ControlsList } from '@/components/controls-list';
import { SheetSection } from '@/components/record-sheet';
import { readControls } from '@/lib/controls';

/** The controls a finding concerns, by framework. */
export function FindingControls({ controls }: { controls: unknown }) {
  if (readControls(controls).length === 0) return null;
  return (
    <SheetSection title="Controls">
      <ControlsList controls={controls} />
    </SheetSection>
  );
}
