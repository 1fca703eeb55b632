import { Untrusted } from './untrusted';

/** Who acted, as the event says, and beside it the name under which it is counted and found, where that is another. */
export function ActorName({
  user,
  canonicalUser,
  className,
}: {
  user: string;
  canonicalUser: string;
  className?: string;
}) {
  return (
    <>
      <Untrusted className={className}>{user}</Untrusted>
      {canonicalUser !== user && (
        <span className="text-muted-foreground">
          {' '}
          (counted as <Untrusted className="wrap-anywhere">{canonicalUser}</Untrusted>)
        </span>
      )}
    </>
  );
}
