/** Catches what a screen throws, and says so without code: sync itself runs elsewhere and goes on. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '@fluentui/react-button';
import type { Text } from '../text/index.ts';
import { useLayout } from './layout.ts';

interface CrashProps {
  readonly text: Text;
  readonly children: ReactNode;
}

interface CrashState {
  readonly report: string | null;
}

export class Crash extends Component<CrashProps, CrashState> {
  override state: CrashState = { report: null };

  static getDerivedStateFromError(error: unknown): CrashState {
    return { report: error instanceof Error ? `${error.name}\n${error.stack ?? ''}` : 'unknown' };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('The pane broke:', error.name, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.report === null ? this.props.children : <CrashPage text={this.props.text} report={this.state.report} />;
  }
}

function CrashPage({ text, report }: { readonly text: Text; readonly report: string }): ReactNode {
  const layout = useLayout();
  return (
    <div className={layout.page}>
      <main className={layout.body}>
        <h1 className={layout.title}>{text('app.name')}</h1>
        <p className={layout.text}>{text('lost.crash')}</p>
        <div className={layout.row}>
          <Button appearance="primary" onClick={() => window.location.reload()}>{text('lost.reload')}</Button>
          <Button onClick={() => { void navigator.clipboard.writeText(report); }}>{text('lost.copyReport')}</Button>
        </div>
      </main>
    </div>
  );
}
