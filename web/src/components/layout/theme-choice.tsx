import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import {
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
} from '@/components/ui/dropdown-menu';
import { useTheme, type ThemeChoice } from '@/lib/theme';

const CHOICES: readonly { choice: ThemeChoice; label: string; icon: LucideIcon }[] = [
  { choice: 'light', label: 'Light', icon: Sun },
  { choice: 'dark', label: 'Dark', icon: Moon },
  { choice: 'system', label: 'System', icon: Monitor },
];

/** The part of a menu that chooses between light, dark and what the system says. */
export function ThemeChoice() {
  const { choice, choose } = useTheme();
  return (
    <DropdownMenuRadioGroup
      aria-label="Theme"
      value={choice}
      onValueChange={(next) => {
        const known = CHOICES.find((option) => option.choice === next);
        if (known) choose(known.choice);
      }}
    >
      <DropdownMenuLabel className="py-1 text-xs text-muted-foreground">Theme</DropdownMenuLabel>
      {CHOICES.map(({ choice: value, label, icon: Icon }) => (
        <DropdownMenuRadioItem key={value} value={value}>
          <Icon aria-hidden className="text-muted-foreground" />
          {label}
        </DropdownMenuRadioItem>
      ))}
    </DropdownMenuRadioGroup>
  );
}
