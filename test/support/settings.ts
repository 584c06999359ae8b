/** The settings of the Worker in every test, in workerd and behind a browser. */
export const VARS = {
  ROOT_DOMAIN: 'portal.localhost',
  MAIL_TRANSPORT: 'outbox',
  MAIL_FROM: 'portal@portal.localhost',
  SIGN_UP: 'closed',
  OWNER_EMAIL: 'newowner@fresh.test',
  PASSWORDS: 'on',
  BREACH_CHECK: 'on',
};

export const SECRETS = {
  SESSION_SECRET: 'a-session-secret-for-tests-only-0123456789',
  PASSWORD_PEPPER: 'a-password-pepper-for-tests-only-0123456789',
  MAILCHANNELS_API_KEY: 'a-key-for-tests-only',
};
