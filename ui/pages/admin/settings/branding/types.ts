import type { Brand } from '../../../../brand.ts';

export type BrandField =
  | 'name'
  | 'accent_color'
  | 'welcome'
  | 'portal_contact'
  | 'language'
  | 'time_zone';

export type BrandingFormProps = {
  workspace: Brand & { slug: string };
  values: Record<BrandField, string>;
  errors: Partial<Record<BrandField | 'logo', string | undefined>>;
  /** Why nothing was saved, though no field is wrong. */
  refused?: string;
  /** The version of the brand that the form was opened with, to notice that another one was saved meanwhile. */
  version: string;
  removeLogo: boolean;
  /** The typed accent if it is a colour, else the saved one. */
  accentColor: string;
  limits: { welcome: number; logoBytes: number; logoSide: number };
};

/** What each part of the form gets; `first` is the field that takes the focus. */
export type BrandingPartProps = BrandingFormProps & { first: string | undefined };
