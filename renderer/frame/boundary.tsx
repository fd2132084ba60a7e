import { Component, type ReactNode } from 'react';
import { ErrorCard } from '../components/notices.tsx';
import { words } from '../words/words.ts';

interface Props {
  /** Another place is another try. */
  readonly place: string;
  readonly children: ReactNode;
}

/** Keeps trouble with one screen from taking the others down. */
export class Boundary extends Component<Props, { readonly failed: string | null }> {
  override state = { failed: null as string | null };

  static getDerivedStateFromError(thrown: unknown) {
    return { failed: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override componentDidUpdate(before: Props) {
    if (before.place !== this.props.place && this.state.failed !== null) this.setState({ failed: null });
  }

  override render() {
    const { failed } = this.state;
    if (failed === null) return this.props.children;
    const message = `${words.broken.title}: ${failed}`;
    return <ErrorCard error={{ code: 'INTERNAL', message, guidance: words.broken.guidance }} />;
  }
}
