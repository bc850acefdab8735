import { Component, type ReactNode } from 'react';
import { ErrorNote } from './ErrorNote';
import { PartMissing } from './part';
import { PartMissingNote } from './PartMissingNote';

interface Props {
  what: string;
  children: ReactNode;
}

/** A panel that breaks says so in its own place; the rest of the page goes on. */
export class PanelBoundary extends Component<Props, { error: unknown }> {
  state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  render() {
    if (this.state.error === null) return this.props.children;
    if (this.state.error instanceof PartMissing) return <PartMissingNote what={this.props.what} />;
    return <ErrorNote title={`Cannot show ${this.props.what}`} error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}
