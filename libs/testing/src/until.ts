/** Asks again until the answer is truthy. @throws Error after `ms` */
export async function until<T>(ask: () => Promise<T> | T, ms = 15_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`Still not true after ${ms} ms: ${ask.toString().slice(0, 200)}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}
