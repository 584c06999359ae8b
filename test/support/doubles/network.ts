import { type BreachService, createBreachService } from './breaches.ts';
import { createZone, type Zone } from './dns.ts';
import { createDomainService, type DomainService } from './mailchannels/domains.ts';
import { createMailService, type MailService } from './mailchannels/send.ts';
import { createSigningKeys, type SigningKeys } from './mailchannels/signing-keys.ts';
import { createTurnstileService, type TurnstileService } from './turnstile.ts';

/** The secret key of the tests' widget. */
export const TURNSTILE_SECRET = '0x4AAAAAAA-a-secret-for-tests';

/** All that the Worker can reach: MailChannels, DNS, Have I Been Pwned and Turnstile. */
export type Network = {
  mailService: MailService;
  domainService: DomainService;
  signingKeys: SigningKeys;
  zone: Zone;
  breaches: BreachService;
  turnstile: TurnstileService;
  /** In place of `fetch`. Throws at a request for anything else. */
  fetch: typeof fetch;
  /** As it was at first: nothing published, nothing sent, no trouble. */
  clear(): void;
};

/** @param pass what answers mails that the mail service passes on, see `createMailService` */
export function createNetwork(pass?: typeof fetch): Network {
  const mailService = createMailService(pass);
  const zone = createZone();
  const domainService = createDomainService(zone);
  const signingKeys = createSigningKeys();
  const breaches = createBreachService();
  const turnstile = createTurnstileService(TURNSTILE_SECRET);
  const services = [mailService, domainService, zone, signingKeys, breaches, turnstile];
  return {
    mailService,
    domainService,
    signingKeys,
    zone,
    breaches,
    turnstile,
    async fetch(input, init) {
      const request = new Request(input, init);
      for (const service of services) {
        const answer = service.answer(request);
        if (answer !== null) return answer;
      }
      throw new Error(`A test reached for the network: ${request.url}`);
    },
    clear: () => {
      for (const service of services) service.clear();
    },
  };
}
