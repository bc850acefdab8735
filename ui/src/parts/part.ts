/** A part of the pages that could not be loaded: the server is away, or another version of it has other files. */
export class PartMissing extends Error {
  constructor(cause: unknown) {
    super('A part of the pages could not be loaded.', { cause });
    this.name = 'PartMissing';
  }
}

const parts: (() => Promise<unknown>)[] = [];

/** What is loaded when it is needed, or before that by `loadPartsWhenIdle`. `load` is an `import()`. */
export function part<T>(load: () => Promise<T>): () => Promise<T> {
  let missing: PartMissing | undefined;
  const loadOnce = async () => {
    // A browser may keep in mind that a file failed, and Vite does not ask for its style sheet again: only a new page heals it.
    if (missing) throw missing;
    try {
      return await load();
    } catch (cause) {
      missing = new PartMissing(cause);
      throw missing;
    }
  };
  parts.push(loadOnce);
  return loadOnce;
}

/** One after the other, so that what a page asks of the server need not wait; those that come with a part are loaded too. */
export async function loadParts() {
  for (const load of parts) {
    try {
      await load();
    } catch {
      // Whoever needs it says so. The others would fail as well.
      return;
    }
  }
}

const SETTLED_AFTER_MS = 1000;

/** Loads all parts once the first page is there: a server that goes away then takes no other page with it. */
export function loadPartsWhenIdle() {
  const start = () => void loadParts();
  // Safari has no idle callback.
  const whenIdle = () => (window.requestIdleCallback ? window.requestIdleCallback(start) : start());
  const settle = () => setTimeout(whenIdle, SETTLED_AFTER_MS);
  if (document.readyState === 'complete') settle();
  else window.addEventListener('load', settle, { once: true });
}
