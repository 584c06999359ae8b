import { createContext } from 'preact';
import { ago, DEFAULT_DATES, moment, showsDate } from '../dates.ts';

/** How the dates of a page are written; Document sets it. */
export const Dates = createContext(DEFAULT_DATES);

/** How long ago, or the date, with date and time in full as its title. */
export function Time({ at, now }: { at: number; now: number }) {
  return (
    <Dates.Consumer>
      {(dates) => (
        <time
          datetime={new Date(at).toISOString()}
          title={moment(at, dates)}
          lang={showsDate(at, now) ? dates.language : undefined}
        >
          {ago(at, now, dates)}
        </time>
      )}
    </Dates.Consumer>
  );
}

/** Date and time in full, for a moment in the future or one that has to be exact. */
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
