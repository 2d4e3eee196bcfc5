/**
 * A certified OpenID Connect provider with a handful of invented people, for `make run` and the tests.
 *
 *     node server.mjs config.json
 *
 * It prints `ready` when it listens on 127.0.0.1. There are no passwords:
 * whoever reaches it can be anybody, so it must never be reachable from outside.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join, resolve } from 'node:path';

import { DEFAULT_ACR, Interactions } from './interaction.mjs';
import { Keys } from './keys.mjs';
import { language, plainPage, signOutPage } from './pages.mjs';
import {
  AUTHN_PROVIDER, catchSignRequest, checkSignRequest, SIGN_PARAMETER, SIGN_SCOPE, Signatures, USER_CERTIFICATE, USER_SIGNATURE,
} from './signing.mjs';

// The library's notices would stand before our one line; they go with the warnings.
console.info = console.error;
const { Provider } = await import('oidc-provider');

const HERE = import.meta.dirname;
const CLAIM = 'https://id.oidc.se/claim';
const SCOPE = 'https://id.oidc.se/scope';
const LOA2 = 'http://id.elegnamnden.se/loa/1.0/loa2';

function readConfig(path) {
  const config = JSON.parse(readFileSync(path, 'utf8'));
  for (const name of ['port', 'issuer', 'clients', 'keys']) {
    if (config[name] === undefined) throw new Error(`${path}: "${name}" is missing`);
  }
  const beside = (name) => resolve(dirname(path), name);
  return {
    offersSigning: true,
    claimsInIdToken: true,
    ...config,
    keys: beside(config.keys),
    people: config.people ? beside(config.people) : join(HERE, 'people.json'),
  };
}

function claimsOf(person, group) {
  return {
    sub: person.sub,
    name: person.name,
    given_name: person.given_name,
    family_name: person.family_name,
    email: person.email,
    email_verified: person.email_verified,
    [`${CLAIM}/orgName`]: group.orgNumber || group.kind === 'municipality' ? group.name : undefined,
    [`${CLAIM}/orgNumber`]: group.orgNumber,
    [`${CLAIM}/orgAffiliation`]: group.orgNumber && `${person.email.split('@')[0]}@${group.orgNumber}`,
  };
}

const config = readConfig(process.argv[2] ?? 'config.json');
const { people, groups } = JSON.parse(readFileSync(config.people, 'utf8'));
const keys = new Keys(config.keys);
const signatures = new Signatures();
const langOf = (ctx) => language(ctx.oidc?.params?.ui_locales, ctx.get('accept-language'));

const provider = new Provider(config.issuer, {
  clients: config.clients,
  clientDefaults: { id_token_signed_response_alg: 'ES256', backchannel_logout_session_required: true },
  jwks: keys.provider,
  // Browsers send cookies to every port of a host: the port in the name keeps two demos apart.
  cookies: {
    keys: [randomBytes(32).toString('base64url')],
    names: { session: `idp_${config.port}`, interaction: `idp_step_${config.port}`, resume: `idp_resume_${config.port}` },
  },
  responseTypes: ['code'],
  pkce: { required: () => true },
  acrValues: [LOA2, DEFAULT_ACR],
  scopes: ['openid', ...(config.offersSigning ? [SIGN_SCOPE] : [])],
  claims: {
    acr: null,
    auth_time: null,
    iss: null,
    sid: null,
    openid: ['sub', 'acr', 'auth_time'],
    profile: ['name', 'given_name', 'family_name'],
    email: ['email', 'email_verified'],
    [`${SCOPE}/naturalPersonInfo`]: ['name', 'given_name', 'family_name'],
    [`${SCOPE}/naturalPersonOrgId`]: ['name', `${CLAIM}/orgName`, `${CLAIM}/orgNumber`, `${CLAIM}/orgAffiliation`],
    ...(config.offersSigning && { [SIGN_SCOPE]: ['auth_time', USER_SIGNATURE, USER_CERTIFICATE, AUTHN_PROVIDER] }),
  },
  conformIdTokenClaims: !config.claimsInIdToken,
  discovery: {
    ui_locales_supported: ['sv', 'en'],
    'https://id.oidc.se/disco/userMessageSupportedMimeTypes': ['text/plain'],
  },
  extraParams: config.offersSigning ? { [SIGN_PARAMETER]: checkSignRequest } : {},
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    requestObjects: { enabled: true, assertJwtClaimsAndHeader: catchSignRequest },
    backchannelLogout: { enabled: true },
    resourceIndicators: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(ctx, form) { ctx.body = signOutPage(langOf(ctx), form); },
      postLogoutSuccessSource(ctx) { ctx.body = plainPage(langOf(ctx), 'signedOut'); },
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(ctx, sub, token) {
    const person = people.find((one) => one.sub === sub);
    if (!person) return undefined;
    const known = claimsOf(person, groups.find((group) => group.id === person.group));
    return {
      accountId: sub,
      // What a signature yields belongs in the ID token and never in userinfo (Signature Extension 5.2).
      claims: async (use) => (use === 'id_token' ? { ...known, ...signatures.claimsOf(token?.grantId) } : known),
    };
  },
  renderError(ctx, out) {
    ctx.type = 'html';
    ctx.body = plainPage(langOf(ctx), 'error', `${out.error}: ${out.error_description ?? ''}`);
  },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 8 * 3600, IdToken: 600, Interaction: 3600, Session: 8 * 3600 },
  // The library refuses to call loopback addresses, and a laptop's portal has no other.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
});
provider.on('server_error', (ctx, error) => console.error(error));
provider.on('backchannel.error', (ctx, error, client) => console.error(`back-channel logout of ${client.clientId}:`, error.message));

const interactions = new Interactions({ provider, people, groups, keys, signatures, issuer: config.issuer });
const application = provider.callback();
const style = readFileSync(join(HERE, 'style.css'));
// A form's answer may lead on to the service, and browsers hold `form-action` against redirects as well.
const origins = config.clients.flatMap((client) => [...client.redirect_uris, ...(client.post_logout_redirect_uris ?? [])]);
const formTargets = ["'self'", ...new Set(origins.map((uri) => new URL(uri).origin))].join(' ');

const server = createServer(async (request, response) => {
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; style-src 'self'; img-src data:; form-action ${formTargets}; frame-ancestors 'none'; base-uri 'none'`,
  );
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  const { pathname } = new URL(request.url, config.issuer);
  try {
    if (pathname === '/style.css') {
      response.writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' });
      response.end(style);
    } else if (pathname.startsWith('/interaction/')) {
      await interactions.handle(request, response);
    } else {
      await application(request, response);
    }
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' });
    response.end(plainPage(language('', request.headers['accept-language']), 'error'));
  }
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
server.on('error', (error) => {
  console.error(error.code === 'EADDRINUSE' ? `port ${config.port} is already in use` : error.message);
  process.exit(1);
});
server.listen(config.port, '127.0.0.1', () => console.log('ready'));
