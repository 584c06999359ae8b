import { type DateStyle, moment } from '../../../../ui/dates.ts';
import type { Allowed } from '../../../limits/allowance.ts';

/** Why no further contact can have access, and what can be done about it. */
export function accessFullWords(allowed: Allowed | null, dates: DateStyle): string {
  if (allowed === null) return '';
  const { most, until } = allowed;
  const from = until === null ? '' : ` It can have more from ${moment(until, dates)}.`;
  return `${most} contacts have access, as many as a new workspace can have.${from} Until then, switch access off for somebody else, or ask the person who runs this service.`;
}
