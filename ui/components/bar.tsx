import type { ComponentChildren } from 'preact';
import type { BrandIdentity } from '../brand.ts';
import { VERBATIM } from '../verbatim.ts';
import { BrandMark } from './brand-mark.tsx';
import { type ProfileEntry, ProfileMenu } from './profile-menu.tsx';

export type BarProps = {
  brand: BrandIdentity;
  /** Where the brand links to. */
  home: string;
  person: { name: string; email: string };
  entries: ProfileEntry[];
  /** Shown between the brand and the menu. */
  children?: ComponentChildren;
};

/** The top of every page for somebody who is signed in: the brand on the left, their menu on the right. */
export function Bar({ brand, home, person, entries, children }: BarProps) {
  return (
    <header class="bar">
      <a class="bar-home" href={home}>
        <BrandMark of={brand} size="small" />
        <span {...VERBATIM} dir="auto">
          {brand.name}
        </span>
      </a>
      {children}
      <ProfileMenu name={person.name} email={person.email} entries={entries} />
    </header>
  );
}
