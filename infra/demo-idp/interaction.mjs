/**
 * What the person sees between the service's request and its answer: who are you, and for a signature, what do you sign.
 *
 * Nothing is decided before the last button: choosing somebody only shows the
 * next page, and a person whom the request does not name is refused here, so
 * that no code is ever issued for them.
 */

import { AUTHN_PROVIDER, signRequestOf, USER_CERTIFICATE, USER_SIGNATURE } from './signing.mjs';
import { choosePage, language, plainPage, refusedPage, signPage } from './pages.mjs';

export const DEFAULT_ACR = 'http://id.elegnamnden.se/loa/1.0/loa3';

async function formOf(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 4096) throw new Error('form too large');
  }
  return Object.fromEntries(new URLSearchParams(body));
}

export class Interactions {
  constructor({ provider, people, groups, keys, signatures, issuer }) {
    Object.assign(this, { provider, people, groups, keys, signatures, issuer });
  }

  async handle(request, response) {
    let details;
    try {
      details = await this.provider.interactionDetails(request, response);
    } catch {
      const lang = language('', request.headers['accept-language']);
      return this.#page(response, 410, plainPage(lang, 'expired'));
    }
    const facts = await this.#factsOf(details, request);
    if (request.method === 'GET') return this.#page(response, 200, choosePage(facts.lang, facts));
    if (request.method !== 'POST') return this.#page(response, 405, plainPage(facts.lang, 'error'));

    const { action, person: sub } = await formOf(request);
    if (action === 'cancel') {
      const answer = { error: 'access_denied', error_description: 'the person cancelled' };
      return this.provider.interactionFinished(request, response, answer, { mergeWithLastSubmission: false });
    }
    const person = this.people.find((one) => one.sub === sub);
    if (!person) return this.#page(response, 422, choosePage(facts.lang, facts));
    const reason = this.#refusal(facts, person);
    if (reason) return this.#page(response, 403, refusedPage(facts.lang, { reason, person }));
    if (!facts.signing) return this.#finish(request, response, details, person);
    if (action === 'sign') {
      const claims = this.#sign(person, facts.signing.data);
      return this.#finish(request, response, details, person, claims);
    }
    const checksum = Buffer.from(facts.signing.data, 'base64').toString('hex');
    const group = this.groups.find((one) => one.id === person.group);
    return this.#page(response, 200, signPage(facts.lang, { ...facts, person, group, message: facts.signing.message, checksum }));
  }

  async #factsOf({ params, prompt }, request) {
    const claims = params.claims ? JSON.parse(params.claims).id_token ?? {} : {};
    const client = await this.provider.Client.find(params.client_id);
    const bound = claims.sub?.value;
    const hint = bound ?? params.login_hint;
    const acr = claims.acr?.essential ? claims.acr.values ?? [claims.acr.value] : undefined;
    return {
      lang: language(params.ui_locales, request.headers['accept-language']),
      client: client?.clientName ?? params.client_id,
      people: this.people,
      groups: this.groups,
      first: hint && this.people.find((person) => person.sub === hint || person.email === hint),
      bound,
      acr,
      signing: signRequestOf(params),
      prompt,
    };
  }

  #refusal({ bound, acr, signing }, person) {
    if (bound && bound !== person.sub) return signing ? 'wrong' : 'wrongSignIn';
    if (acr && !acr.includes(person.acr ?? DEFAULT_ACR)) return 'level';
    return undefined;
  }

  #sign(person, data) {
    const { jws, certificate } = this.keys.signAs(person, Buffer.from(data, 'base64'));
    return {
      [USER_SIGNATURE]: Buffer.from(jws).toString('base64'),
      [USER_CERTIFICATE]: certificate.toString('base64'),
      [AUTHN_PROVIDER]: this.issuer,
    };
  }

  async #finish(request, response, details, person, signature) {
    const grant = new this.provider.Grant({ accountId: person.sub, clientId: details.params.client_id });
    grant.addOIDCScope(details.params.scope);
    grant.addOIDCClaims(Object.keys(details.params.claims ? JSON.parse(details.params.claims).id_token ?? {} : {}));
    const grantId = await grant.save();
    if (signature) this.signatures.keep(grantId, signature);
    if (details.session && details.session.accountId !== person.sub) await this.#endSessionOf(details);
    const acr = person.acr ?? DEFAULT_ACR;
    // Not remembered: the session ends with the browser, and a signature asks for a login of its own in any case.
    const result = { login: { accountId: person.sub, acr, remember: false }, consent: { grantId } };
    return this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  /**
   * Somebody else was signed in here: end that, and tell the services.
   *
   * The library would do it by a form that posts itself by script; a person
   * without script would meet an English page in the middle.
   */
  async #endSessionOf(details) {
    const session = await this.provider.Session.findByUid(details.session.uid);
    if (session) {
      await Promise.allSettled(
        Object.keys(session.authorizations ?? {}).map(async (clientId) => {
          const client = await this.provider.Client.find(clientId);
          if (client?.backchannelLogoutUri) await client.backchannelLogout(session.accountId, session.sidFor(clientId));
        }),
      );
      await session.destroy();
    }
    delete details.session.uid; // the resumed request meets a new session, and must not miss the old
    await details.save(details.exp - Math.floor(Date.now() / 1000));
  }

  #page(response, status, body) {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(body);
  }
}
