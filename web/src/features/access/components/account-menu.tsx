import { CircleUserRound, LogOut, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { Untrusted } from '@/components/untrusted';
import { useMe, type Me } from '@/lib/access/session';
import { useSignOut } from '@/lib/access/sign-out';
import { revealInvisible } from '@/lib/untrusted-text';
import { roleLabel } from '@/lib/access/roles';

/** Who uses the page, the pages about access, and what concerns the browser alone. */
export function AccountMenu({
  pages,
  onLeave,
  children,
}: {
  /** Pages to go to. */
  pages: readonly { path: string; title: string; icon?: LucideIcon }[];
  /** Called when the person signs out. */
  onLeave: () => void;
  /** Further parts of the menu. */
  children?: ReactNode;
}) {
  const me = useMe();
  const signOut = useSignOut(onLeave);
  const name = me && revealInvisible(me.actor.name);
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={name === undefined ? 'Menu' : `Menu of ${name}`}
          title={name}
        >
          <CircleUserRound aria-hidden className="size-[1.125rem]" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-56">
        {me && (
          <DropdownMenuLabel>
            <Untrusted className="block truncate font-medium">{me.actor.name}</Untrusted>
            <span className="block text-xs text-muted-foreground">{standing(me)}</span>
          </DropdownMenuLabel>
        )}
        {me && <DropdownMenuSeparator />}
        {pages.map(({ path, title, icon: Icon }) => (
          <DropdownMenuItem key={path} asChild>
            <Link to={path}>
              {Icon && <Icon aria-hidden className="text-muted-foreground" />}
              {title}
            </Link>
          </DropdownMenuItem>
        ))}
        {pages.length > 0 && <DropdownMenuSeparator />}
        {children}
        {me?.account && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem
              disabled={signOut.isPending}
              onSelect={(event) => {
                // Stays open, so that a failure is seen.
                event.preventDefault();
                signOut.mutate();
              }}
            >
              <LogOut aria-hidden className="text-muted-foreground" />
              Sign out
            </DropdownMenuItem>
            {signOut.isError && (
              <p role="alert" className="px-2 py-1 text-xs text-pretty text-critical">
                You are still signed in: {signOut.error.detail ?? signOut.error.title}
              </p>
            )}
          </>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

/** Why the actor may do what it may. */
function standing({ account, mode }: Me): string {
  if (account !== null) return roleLabel(account.role);
  return mode === 'open' ? 'Open mode, without sign-in' : 'API key';
}
