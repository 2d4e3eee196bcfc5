/**
 * OIDC Sweden's Signature Extension on top of oidc-provider.
 *
 * The library reads a Request Object's own members as strings, and the
 * signature request is a JSON object. It is therefore caught in the hook that
 * sees the whole payload, and put back as JSON text when the library has
 * verified the Request Object's signature. Unsigned requests are refused.
 */

import { errors } from 'oidc-provider';

export const SIGN_SCOPE = 'https://id.oidc.se/scope/sign';
export const SIGN_PARAMETER = 'https://id.oidc.se/param/signRequest';
export const USER_SIGNATURE = 'https://id.oidc.se/claim/userSignature';
export const USER_CERTIFICATE = 'https://id.oidc.se/claim/userCertificate';
export const AUTHN_PROVIDER = 'https://id.oidc.se/claim/authnProvider';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const caught = new WeakMap();

function decoded(value, name) {
  if (typeof value !== 'string' || value === '' || !BASE64.test(value)) {
    throw new errors.InvalidRequest(`${name} must be Base64`);
  }
  return Buffer.from(value, 'base64');
}

/** `{data, message: {sv, en}}` of a signature request, or invalid_request with what is wrong. */
function readSignRequest(request) {
  if (typeof request !== 'object' || request === null) {
    throw new errors.InvalidRequest('signRequest must be a JSON object');
  }
  const { sign_message: signMessage } = request;
  if ((signMessage?.mime_type ?? 'text/plain') !== 'text/plain') {
    throw new errors.InvalidRequest('sign_message can only be shown as text/plain');
  }
  const message = {};
  for (const [key, text] of Object.entries(signMessage ?? {})) {
    // Version 1.1 writes message#sv; version 1.0 wrote message.sv. Both are understood.
    if (key === 'message' && typeof text === 'object') {
      for (const [language, inner] of Object.entries(text ?? {})) message[language] = decoded(inner, 'message').toString();
    } else if (key === 'message' || key.startsWith('message#')) {
      message[key.split('#')[1] ?? 'sv'] = decoded(text, key).toString();
    }
  }
  if (Object.keys(message).length === 0) throw new errors.InvalidRequest('sign_message is missing');
  return { data: decoded(request.tbs_data, 'tbs_data').toString('base64'), message };
}

export function catchSignRequest(ctx, payload) {
  if (payload[SIGN_PARAMETER] !== undefined) caught.set(ctx, payload[SIGN_PARAMETER]);
}

/** Runs when the Request Object is verified, before any page is shown. */
export function checkSignRequest(ctx, value) {
  const { params, prompts } = ctx.oidc;
  const scopes = (params.scope ?? '').split(' ');
  if (!scopes.includes(SIGN_SCOPE)) {
    params[SIGN_PARAMETER] = undefined;
    return;
  }
  if (value === undefined) throw new errors.InvalidRequest('signRequest is missing');
  if (!ctx.oidc.trusted?.includes(SIGN_PARAMETER) || !caught.has(ctx)) {
    throw new errors.InvalidRequest('signRequest must be inside a Request Object signed by the client');
  }
  if (!prompts.has('login') || !prompts.has('consent')) {
    throw new errors.InvalidRequest('a signature request needs prompt=login consent');
  }
  params[SIGN_PARAMETER] = JSON.stringify(readSignRequest(caught.get(ctx)));
}

/** The signature request of a stored interaction, or undefined for a sign-in. */
export function signRequestOf(params) {
  return params[SIGN_PARAMETER] ? JSON.parse(params[SIGN_PARAMETER]) : undefined;
}

/** Signatures wait here for the one ID token that carries them; gone at a restart, as is the code. */
export class Signatures {
  #byGrant = new Map();

  keep(grantId, claims) {
    this.#byGrant.set(grantId, claims);
    setTimeout(() => this.#byGrant.delete(grantId), 10 * 60_000).unref();
  }

  claimsOf(grantId) {
    return this.#byGrant.get(grantId) ?? {};
  }
}
