import { Component, type ReactNode } from 'react';

/**
 * Keeps a part that breaks, or whose code cannot be loaded, from taking the page with it: shows `fallback` in its
 * place. What broke stands in the console.
 */
export class WidgetBoundary extends Component<
  { fallback: ReactNode; children: ReactNode },
  { broken: boolean }
> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? this.props.fallback : this.props.children;
  }
}
