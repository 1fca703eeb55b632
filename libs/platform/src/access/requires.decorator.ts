import type { Permission } from '@mcm/contracts';
import { SetMetadata } from '@nestjs/common';

/** Where {@link Requires} and {@link Public} keep what they were given. */
export const ACCESS = Symbol('Access');

/** What a route asks of its caller. */
export type Access = Permission | 'public' | 'signed-in';

/** The caller of this route, or of all routes of this controller, must have the permission. A route's own wins. */
export const Requires = (permission: Permission) => SetMetadata(ACCESS, permission satisfies Access);

/** Open to callers who have not signed in. Give the reason beside it. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

/** Open to each caller who has signed in, whatever the role: what concerns the caller's own account. */
export const SignedIn = () => SetMetadata(ACCESS, 'signed-in' satisfies Access);
