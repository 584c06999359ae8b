import { createContext } from 'preact';
import { ago, HOUSE_DATES, isFar, moment } from '../dates.ts';

/** The style of all dates of a page, set once by its document. */
export const Dates = createContext(HOUSE_DATES);

export function Time({ at, now }: { at: number; now: number }) {
  return (
    <Dates.Consumer>
      {(dates) => (
        <time
          datetime={new Date(at).toISOString()}
          title={moment(at, dates)}
          lang={isFar(at, now) ? dates.language : undefined}
        >
          {ago(at, now, dates)}
        </time>
      )}
    </Dates.Consumer>
  );
}

/** A moment to come, or one that has to be exact. */
export function Moment({ at }: { at: number }) {
  return (
    <Dates.Consumer>
      {(dates) => (
        <time datetime={new Date(at).toISOString()} lang={dates.language}>
          {moment(at, dates)}
        </time>
      )}
    </Dates.Consumer>
  );
}
