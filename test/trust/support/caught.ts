// What a call rejected with, so that a test can look at all of it.

export async function caught<E extends Error = Error>(work: Promise<unknown> | (() => unknown)): Promise<E> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as E;
  }
  throw new Error('It should have failed and did not.');
}
