/** What a service answers: each of the plan once in turn, the last one for ever. */
export type Plan<T> = { set(...answers: T[]): void; next(): T };

export function createPlan<T>(first: T): Plan<T> {
  let last = first;
  let ahead: T[] = [];
  return {
    set: (...answers) => {
      last = answers.at(-1) ?? first;
      ahead = answers.slice(0, -1);
    },
    next: () => ahead.shift() ?? last,
  };
}
