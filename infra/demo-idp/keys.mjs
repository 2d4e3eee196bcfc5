/**
 * The keys of the demo e-ID: made at the first start, kept in a folder of their own.
 *
 * They are all that outlives a restart. A signature made last week must still
 * verify against the same root, and an ID token from before the restart must
 * still be good as a hint at sign-out.
 */

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fromPem, makeCertificate, toPem } from './x509.mjs';

const DAY = 86_400_000;
const ROOT_NAME = { country: 'SE', organization: 'Kundval demo', commonName: 'Kundval demo e-ID root' };

/** Written beside and renamed, so that a stop half-way leaves no half key. */
function keep(path, text) {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function keyAt(path) {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keep(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  return createPrivateKey(readFileSync(path));
}

function providerKeys(folder) {
  const path = join(folder, 'provider-jwks.json');
  if (!existsSync(path)) {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const keys = [
      { ...ec, use: 'sig', alg: 'ES256' },
      { ...rsa, use: 'sig', alg: 'RS256' },
    ];
    keep(path, JSON.stringify({ keys }, null, 2));
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

function rootCertificate(path, key, now) {
  if (!existsSync(path)) {
    const der = makeCertificate({
      subject: ROOT_NAME,
      issuer: ROOT_NAME,
      publicKey: createPublicKey(key),
      issuerKey: key,
      from: new Date(now - DAY),
      to: new Date(now + 20 * 365 * DAY),
      authority: true,
    });
    keep(path, toPem(der));
  }
  return fromPem(readFileSync(path, 'utf8'));
}

export class Keys {
  #folder;
  #rootKey;

  constructor(folder) {
    mkdirSync(join(folder, 'people'), { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#rootKey = keyAt(join(folder, 'e-id-root.key'));
    this.root = rootCertificate(join(folder, 'e-id-root.pem'), this.#rootKey, Date.now());
    this.provider = providerKeys(folder);
  }

  /** A person's certificate (DER), renewed on the same key a month before it ends. */
  #certificate(person, key) {
    const path = join(this.#folder, 'people', `${person.sub}.pem`);
    const now = Date.now();
    if (existsSync(path)) {
      const kept = fromPem(readFileSync(path, 'utf8'));
      if (Date.parse(new X509Certificate(kept).validTo) > now + 30 * DAY) return kept;
    }
    const der = makeCertificate({
      subject: {
        country: 'SE',
        surname: person.family_name,
        givenName: person.given_name,
        serialNumber: person.sub,
        commonName: person.name,
      },
      issuer: ROOT_NAME,
      publicKey: createPublicKey(key),
      issuerKey: this.#rootKey,
      from: new Date(now - 3_600_000),
      to: new Date(now + 3 * 365 * DAY),
      authority: false,
    });
    keep(path, toPem(der));
    return der;
  }

  /**
   * Sign `data` as the person: a compact JWS (RFC 7515) over the very bytes, ES256,
   * with the certificate in `x5c` so that the signature can be checked on its own.
   */
  signAs(person, data) {
    const key = keyAt(join(this.#folder, 'people', `${person.sub}.key`));
    const certificate = this.#certificate(person, key);
    const header = { alg: 'ES256', x5c: [certificate.toString('base64')] };
    const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${data.toString('base64url')}`;
    const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return { jws: `${input}.${signature.toString('base64url')}`, certificate };
  }
}
