/** Something to wait for, and the way to let it happen. */
export interface Gate<T = void> {
  opened: Promise<T>;
  open(value: T): void;
}

/** A gate that is closed. */
export function closedGate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}
