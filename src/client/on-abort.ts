// Listening to abort signals on behalf of many calls at once.

/** Who listens to a signal. One real listener serves them all: Node warns of a leak from the eleventh on. */
const listeners = new WeakMap<AbortSignal, { readonly all: Set<() => void>; readonly tell: () => void }>();

/**
 * Calls `listener` when the signal aborts. Not called for a signal that has aborted already.
 *
 * @param listener must not throw
 * @returns a function that stops listening
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  let entry = listeners.get(signal);
  if (entry === undefined) {
    const all = new Set<() => void>();
    const tell = () => {
      for (const one of [...all]) one();
    };
    entry = { all, tell };
    listeners.set(signal, entry);
    signal.addEventListener('abort', tell, { once: true });
  }
  const { all, tell } = entry;
  // A function of its own, so that the same listener given twice is two.
  const own = () => {
    listener();
  };
  all.add(own);
  return () => {
    all.delete(own);
    if (all.size > 0 || listeners.get(signal)?.all !== all) return;
    listeners.delete(signal);
    signal.removeEventListener('abort', tell);
  };
}
