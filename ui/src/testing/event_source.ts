/** An event stream that a test opens, feeds and breaks by hand. */
export class FakeEventSource extends EventTarget {
  static all: FakeEventSource[] = [];
  static get latest(): FakeEventSource {
    return FakeEventSource.all.at(-1)!;
  }

  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  isClosed = false;

  constructor(readonly url: string) {
    super();
    FakeEventSource.all.push(this);
  }

  open() {
    this.onopen?.();
  }

  say(type: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }

  fail() {
    this.onerror?.();
  }

  close() {
    this.isClosed = true;
  }
}
