/**
 * Certificates for the demo e-ID: a root, and one for each person's signing key.
 *
 * Node can read certificates but not make them, and this provider takes no
 * dependency for it, so the few DER structures of RFC 5280 that are needed are
 * written by hand. Only P-256 with SHA-256; nothing here is for production.
 */

import { createHash, createPublicKey, randomBytes, sign } from 'node:crypto';

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  surname: '2.5.4.4',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  givenName: '2.5.4.42',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
};

function tlv(tag, ...parts) {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = [];
  for (let rest = body.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length, ...length]), body]);
}

const sequence = (...parts) => tlv(0x30, ...parts);
const octets = (bytes) => tlv(0x04, bytes);
const utf8 = (text) => tlv(0x0c, Buffer.from(text, 'utf8'));
const printable = (text) => tlv(0x13, Buffer.from(text, 'ascii'));
const explicit = (number, part) => tlv(0xa0 | number, part);
const bits = (bytes, unused = 0) => tlv(0x03, Buffer.from([unused]), bytes);
const TRUE = Buffer.from([0x01, 0x01, 0xff]);

function integer(bytes) {
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at += 1;
  const trimmed = bytes.subarray(at);
  return tlv(0x02, ...(trimmed[0] & 0x80 ? [Buffer.from([0]), trimmed] : [trimmed]));
}

function oid(dotted) {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** RFC 5280 wants UTCTime until 2049 and GeneralizedTime after. */
function time(date) {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`, 'ascii'))
    : tlv(0x18, Buffer.from(`${digits}Z`, 'ascii'));
}

function distinguishedName(attributes) {
  return sequence(
    ...Object.entries(attributes).map(([type, value]) => {
      const text = type === 'country' || type === 'serialNumber' ? printable(value) : utf8(value);
      return tlv(0x31, sequence(oid(OID[type]), text));
    }),
  );
}

const extension = (type, critical, value) =>
  sequence(oid(OID[type]), ...(critical ? [TRUE] : []), octets(value));

function spki(publicKey) {
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** The key's identifier by RFC 5280 4.2.1.2 (1): SHA-1 of the point, which ends a P-256 SPKI with 65 bytes. */
function keyIdentifier(publicKey) {
  return createHash('sha1').update(spki(publicKey).subarray(-65)).digest();
}

/**
 * Make a certificate.
 *
 * `subject` and `issuer` are names as `{commonName, …}` in the order to be written.
 * Returns DER.
 */
export function makeCertificate({ subject, publicKey, issuer, issuerKey, from, to, authority }) {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const issuerPublicKey = createPublicKey(issuerKey);
  const usage = authority
    ? bits(Buffer.from([0b00000110]), 1) // keyCertSign, cRLSign
    : bits(Buffer.from([0b11000000]), 6); // digitalSignature, contentCommitment
  const extensions = sequence(
    extension('basicConstraints', true, sequence(...(authority ? [TRUE] : []))),
    extension('keyUsage', true, usage),
    extension('subjectKeyIdentifier', false, octets(keyIdentifier(publicKey))),
    extension('authorityKeyIdentifier', false, sequence(tlv(0x80, keyIdentifier(issuerPublicKey)))),
  );
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and never shorter than it looks
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    algorithm,
    distinguishedName(issuer),
    sequence(time(from), time(to)),
    distinguishedName(subject),
    spki(publicKey),
    explicit(3, extensions),
  );
  return sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, issuerKey)));
}

export function toPem(der) {
  const lines = der.toString('base64').match(/.{1,64}/g).join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

export function fromPem(pem) {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}
