// Each level of a chain by value, verified with the `jose` package of npm from the newest link to the root.
//
//   chain.mjs KEYS.json <FIELDS    KEYS.json: a JWK set for each identity
//
// Writes a line for each link: who calls whom.
import { readFileSync } from 'node:fs';
import * as jose from 'jose';

const keys = JSON.parse(readFileSync(process.argv[2]));
const fields = readFileSync(0, 'utf8');
let token = /^Call-Chain: (.*)$/m.exec(fields)[1];
let outer;

while (token !== undefined) {
  // By its own word first: whose keys it has to be checked with.
  const { iss } = jose.decodeJwt(token);
  const { payload, protectedHeader } = await jose.jwtVerify(token, jose.createLocalJWKSet(keys[iss]), {
    algorithms: ['ES256'], typ: 'chain-link+jwt', issuer: iss, requiredClaims: ['jti', 'txn', 'dep', 'op'],
  });
  if (outer !== undefined) {
    if (payload.aud !== outer.iss) throw new Error(`${payload.aud} was called, and ${outer.iss} called on`);
    if (payload.txn !== outer.txn || payload.dep !== outer.dep - 1) throw new Error('links that do not follow');
  }
  if ((payload.prv !== undefined) !== (protectedHeader.cty === 'chain-link+jwt')) throw new Error('cty');
  if ((payload.prv === undefined) !== (payload.dep === 0)) throw new Error('a root that is none');
  console.log(`${payload.iss} calls ${payload.aud}`);
  outer = payload;
  token = payload.prv;
}
