import type { ComponentChildren } from 'preact';
import type { Emblem } from '../brand.ts';
import { BrandMark } from './brand-mark.tsx';
import { type ProfileEntry, ProfileMenu } from './profile-menu.tsx';

export type BarProps = {
  brand: Emblem;
  /** Where the mark leads. */
  home: string;
  person: { name: string; email: string };
  entries: ProfileEntry[];
  /** What stands between the mark and the person. */
  children?: ComponentChildren;
};

/** The top of every page behind a door: whose it is on the left, who is signed in on the right. */
export function Bar({ brand, home, person, entries, children }: BarProps) {
  return (
    <header class="bar">
      <a class="bar-home" href={home}>
        <BrandMark of={brand} size="small" />
        <span dir="auto">{brand.name}</span>
      </a>
      {children}
      <ProfileMenu name={person.name} email={person.email} entries={entries} />
    </header>
  );
}
