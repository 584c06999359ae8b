import type { ClientInfo } from '../../sessions/device.ts';
import { days, hours, minutes } from '../../values/duration.ts';

/** What became of a sign-in mail. */
export type MailCourse =
  | 'delivered'
  | 'delayed, then delivered'
  | 'on its way'
  | 'bounced'
  | 'suppressed'
  | 'given up';

/** A request for a link before it is used: a mail scanner's, or another browser's. */
export type Look = 'scanner' | ClientInfo;

/** The details of a step of each kind. */
export type StepDetails = {
  added: { access: boolean };
  'signed in by mail': {
    by: 'link' | 'code';
    on: ClientInfo;
    looks?: Look[];
    mail?: MailCourse;
  };
  'signed in by password': { on: ClientInfo };
  visited: { on: ClientInfo };
  'signed out': { on: ClientInfo };
  'signed out by the freelancer': { on: ClientInfo };
  'asked for a link': { mail: MailCourse };
  'asked too often': unknown;
  'marked the mail as spam': unknown;
  'set a password': { on: ClientInfo };
  'removed the password': { on: ClientInfo };
  'wrong password': unknown;
  'access switched off': unknown;
};
export type StepKind = keyof StepDetails;

/** Something that a contact did, or that happened to a contact, `ago` milliseconds before now. */
export type DemoStep<Kind extends StepKind = StepKind> = {
  [One in Kind]: { ago: number; what: One } & StepDetails[One];
}[Kind];

/** A contact of Demo Studio. `story` is oldest first. */
export type Person = { name: string; email: string; companies: string[]; story: DemoStep[] };

const ACME = 'Acme Corp';
const NORTHWIND = 'Northwind Bakery';
const HARBOUR = 'Harbour & Finch Architects';
const LUMEN = 'Lumen Dental';
const RIVERSIDE = 'Riverside Yoga';

const amaraLaptop = { device: 'Chrome on macOS', location: 'London, GB' };
const amaraPhone = { device: 'Safari on iOS', location: 'Lisbon, PT' };
const beatrizLaptop = { device: 'Microsoft Edge on Windows', location: 'London, GB' };
const beatrizClinic = { device: 'Chrome on Windows', location: 'Dublin, IE' };
const hanaLaptop = { device: 'Firefox on macOS', location: 'Melbourne, AU' };
const hanaPhone = { device: 'Samsung Internet on Android', location: 'Sydney, AU' };
const jonasLaptop = { device: 'Microsoft Edge on Windows', location: 'Malmö, SE' };
const jonasPhone = { device: 'Safari on iOS', location: 'Malmö, SE' };
const kwameLaptop = { device: 'Chrome on Windows', location: 'Chicago, US' };
const kwamePhone = { device: 'Chrome on Android', location: 'Accra, GH' };
const luciaLaptop = { device: 'Safari on macOS', location: 'Madrid, ES' };
const meiPhone = { device: 'Chrome on Android', location: 'Copenhagen, DK' };
const meiLaptop = { device: 'Chrome on macOS', location: 'Copenhagen, DK' };
const oskarLaptop = { device: 'Firefox on Linux', location: 'Aarhus, DK' };
const priyaLaptop = { device: 'Chrome on Windows', location: 'Dublin, IE' };
const siobhanPhone = { device: 'Safari on iOS', location: 'Melbourne, AU' };
const tomaszLaptop = { device: 'Firefox on Windows', location: 'Kraków, PL' };

/** The contacts that the demo adds to those of seed.sql. Each shows a state that the pages of admin have words for. */
export const PEOPLE: Person[] = [
  {
    name: 'Amara Okafor',
    email: 'amara@finch.example',
    companies: [HARBOUR],
    story: [
      { ago: days(40.1), what: 'added', access: true },
      { ago: days(38.9), what: 'signed in by mail', by: 'link', on: amaraLaptop },
      { ago: days(12.2), what: 'signed out', on: amaraLaptop },
      { ago: days(10.8), what: 'signed in by mail', by: 'link', on: amaraLaptop },
      { ago: hours(3), what: 'signed in by mail', by: 'code', on: amaraPhone },
      { ago: minutes(45), what: 'visited', on: amaraLaptop },
    ],
  },
  {
    name: 'Beatriz Lopes',
    email: 'beatriz@lumen.example',
    companies: [LUMEN, HARBOUR],
    story: [
      { ago: days(34.3), what: 'added', access: true },
      { ago: days(34.3) - hours(2), what: 'signed in by mail', by: 'link', on: beatrizLaptop },
      { ago: days(34.3) - hours(2) - minutes(6), what: 'set a password', on: beatrizLaptop },
      { ago: days(8.6), what: 'visited', on: beatrizLaptop },
      { ago: hours(29), what: 'signed in by password', on: beatrizClinic },
    ],
  },
  {
    name: 'Daniel Weiss',
    email: 'daniel@post.example',
    companies: [],
    story: [{ ago: hours(26), what: 'added', access: false }],
  },
  {
    name: 'Fatima El Amrani',
    email: 'fatima@riverside.example',
    companies: [RIVERSIDE],
    story: [{ ago: days(3.9), what: 'added', access: true }],
  },
  {
    name: 'Hana Kobayashi',
    email: 'hana@riverside.example',
    companies: [RIVERSIDE],
    story: [
      { ago: days(35.8), what: 'added', access: true },
      { ago: days(34.9), what: 'signed in by mail', by: 'code', on: hanaLaptop },
      { ago: days(34.9) - minutes(4), what: 'set a password', on: hanaLaptop },
      { ago: days(19.7), what: 'signed in by password', on: hanaPhone },
      { ago: days(12.6), what: 'signed out by the freelancer', on: hanaPhone },
      { ago: days(12.6) - hours(1), what: 'removed the password', on: hanaLaptop },
      { ago: days(4.9), what: 'visited', on: hanaLaptop },
    ],
  },
  {
    name: 'Jonas Lindqvist',
    email: 'jonas@lumen.example',
    companies: [LUMEN],
    story: [
      { ago: days(21.2), what: 'added', access: true },
      {
        ago: days(19.7),
        what: 'signed in by mail',
        by: 'code',
        on: jonasLaptop,
        looks: ['scanner'],
      },
      { ago: days(16.7), what: 'signed out', on: jonasLaptop },
      {
        ago: hours(5),
        what: 'signed in by mail',
        by: 'code',
        on: jonasLaptop,
        looks: ['scanner', jonasPhone],
      },
    ],
  },
  {
    name: 'Kwame Mensah',
    email: 'kwame@acme.example',
    companies: [ACME],
    story: [
      { ago: days(38.2), what: 'added', access: true },
      { ago: days(36.6), what: 'signed in by mail', by: 'link', on: kwameLaptop },
      { ago: days(21.9), what: 'signed in by mail', by: 'code', on: kwamePhone },
      { ago: days(9.7), what: 'visited', on: kwameLaptop },
      { ago: days(6.8) + minutes(6), what: 'asked for a link', mail: 'delivered' },
      { ago: days(6.8), what: 'access switched off' },
    ],
  },
  {
    name: 'Lucía Fernández',
    email: 'lucia@acme.example',
    companies: [ACME],
    story: [
      { ago: days(27.9), what: 'added', access: true },
      { ago: days(9.3), what: 'signed in by mail', by: 'link', on: luciaLaptop },
      { ago: days(2.2), what: 'signed out', on: luciaLaptop },
      { ago: hours(6), what: 'asked for a link', mail: 'given up' },
    ],
  },
  {
    name: 'Mei-Ling Chen',
    email: 'meiling@northwind.example',
    companies: [NORTHWIND],
    story: [
      { ago: days(25.6), what: 'added', access: true },
      { ago: days(24.7), what: 'signed in by mail', by: 'link', on: meiPhone },
      { ago: days(7.8), what: 'visited', on: meiPhone },
      {
        ago: hours(28),
        what: 'signed in by mail',
        by: 'link',
        on: meiLaptop,
        mail: 'delayed, then delivered',
      },
    ],
  },
  {
    name: 'Oskar Brandt',
    email: 'oskar@northwind.example',
    companies: [NORTHWIND],
    story: [
      { ago: days(36.6), what: 'added', access: true },
      { ago: days(35.8), what: 'signed in by mail', by: 'link', on: oskarLaptop },
      { ago: hours(31), what: 'asked for a link', mail: 'bounced' },
    ],
  },
  {
    name: 'Priya Raman',
    email: 'priya@lumen.example',
    companies: [LUMEN],
    story: [
      { ago: days(29.8), what: 'added', access: true },
      { ago: days(28.9), what: 'signed in by mail', by: 'link', on: priyaLaptop },
      { ago: days(28.9) - minutes(3), what: 'set a password', on: priyaLaptop },
      { ago: days(13.6), what: 'signed out', on: priyaLaptop },
      { ago: days(5.7), what: 'signed in by password', on: priyaLaptop },
      // from the fifth on, each pauses the password: for 1, 5, 15 minutes, then for 1, 6, 24 hours
      { ago: days(3.6) + minutes(5), what: 'wrong password' },
      { ago: days(3.6) + minutes(4), what: 'wrong password' },
      { ago: days(3.6) + minutes(3), what: 'wrong password' },
      { ago: days(3.6) + minutes(2), what: 'wrong password' },
      { ago: days(3.6), what: 'wrong password' },
      { ago: days(3.6) - minutes(2), what: 'wrong password' },
      { ago: days(3.6) - minutes(9), what: 'wrong password' },
      { ago: days(1.9), what: 'visited', on: priyaLaptop },
      { ago: hours(21), what: 'wrong password' },
      { ago: hours(19), what: 'wrong password' },
      { ago: minutes(100), what: 'wrong password' },
    ],
  },
  {
    name: 'Siobhán Kelly',
    email: 'siobhan@riverside.example',
    companies: [RIVERSIDE],
    story: [
      { ago: days(23.7), what: 'added', access: true },
      { ago: days(17.8), what: 'signed in by mail', by: 'link', on: siobhanPhone },
      { ago: days(16.7), what: 'marked the mail as spam' },
      { ago: days(14.9), what: 'signed out', on: siobhanPhone },
      { ago: days(2.8), what: 'asked for a link', mail: 'suppressed' },
    ],
  },
  {
    name: 'Tomasz Zieliński',
    email: 'tomasz@finch.example',
    companies: [HARBOUR],
    story: [
      { ago: days(32.7), what: 'added', access: true },
      { ago: days(31.8), what: 'signed in by mail', by: 'link', on: tomaszLaptop },
      { ago: minutes(3), what: 'asked too often' },
    ],
  },
];
