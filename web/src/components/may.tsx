import type { ReactNode } from 'react';
import { useMay, type Permission } from '@/lib/access/session';

/** What only those see who may use it. */
export function May({
  permission,
  children,
  otherwise,
}: {
  permission: Permission;
  children: ReactNode;
  /** What others see. */
  otherwise?: ReactNode;
}) {
  return useMay(permission) ? children : otherwise;
}
