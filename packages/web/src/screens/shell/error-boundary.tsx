import type { ReactNode } from "react";
import { Component } from "react";

interface State {
  readonly failed: boolean;
}

const rest = 5000;

/** Shows a line instead of a blank page when its children fail, and tries them again every 5 s: nobody stands beside a large screen to reload it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failed: false };
  #timer: ReturnType<typeof setTimeout> | undefined;

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidCatch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.setState({ failed: false }), rest);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="notice" role="alert">
        <h1>画面出错，正在恢复</h1>
        <p>无需操作，几秒后自动重试。</p>
      </main>
    );
  }
}
