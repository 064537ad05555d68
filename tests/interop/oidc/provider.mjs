// The `oidc-provider` package of npm as an identity provider, and a client that asks a service with its tokens while the
// provider's signing key is changed.
//
//   provider.mjs    writes `issuer URL`; reads the service's address from its standard input, then runs
//
// Ends with 1 when something was wrong.
import assert from 'node:assert';
import { once } from 'node:events';
import http from 'node:http';
import readline from 'node:readline';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const audience = 'urn:example:shop';
const client = { client_id: 'till', client_secret: 'a secret of this test only' };

// What it says to whoever sets it up for people.
console.info = () => {};
console.warn = () => {};

async function signingKey(kid) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

// Access tokens of RFC 9068 for one audience, by client credentials.
function providerWith(keys) {
  const resource = (asked) => ({
    scope: 'read pay',
    audience: asked,
    accessTokenTTL: 300,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  });
  return new Provider(issuer, {
    jwks: { keys },
    clients: [{
      ...client, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
      id_token_signed_response_alg: 'ES256', scope: 'read pay',
    }],
    scopes: ['read', 'pay'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: (_, asked) => resource(asked) },
    },
  });
}

const server = http.createServer((request, response) => {
  if (request.url === '/jwks') keySetsServed += 1;
  provider.callback()(request, response);
});
let keySetsServed = 0;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const first = await signingKey('first');
let provider = providerWith([first]);

async function token(resource = audience, scope = 'read') {
  const basic = Buffer.from(`${client.client_id}:${encodeURIComponent(client.client_secret)}`).toString('base64');
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
  });
  const said = await answer.json();
  assert.strictEqual(answer.status, 200, JSON.stringify(said));
  return said.access_token;
}

const keyOf = (one) => JSON.parse(Buffer.from(one.split('.')[0], 'base64url')).kid;

async function ask(service, bearer) {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const answer = await fetch(`${service}/json`, { headers });
  await answer.arrayBuffer();
  return answer;
}

async function accepted(service) {
  assert.strictEqual((await ask(service, await token())).status, 200);
}

async function refused(service) {
  const none = await ask(service);
  assert.strictEqual(none.status, 401);
  assert.match(none.headers.get('www-authenticate'), /^Bearer/);
  const good = await token();
  const [header, claims, signature] = good.split('.');
  const other = await token('urn:example:elsewhere');
  const [, others] = (await token()).split('.');
  for (const bad of [`${header}.${claims}.${signature.slice(0, -4)}AAAA`, `${header}.${others}.${signature}`, other]) {
    const answer = await ask(service, bad);
    assert.strictEqual(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate'), /error="invalid_token"/);
  }
}

// Eight clients, each with a new token every few requests, go on while the key is changed under them.
async function rotated(service) {
  const requests = 1200;
  const seen = new Map();
  let sent = 0;
  const old = await token();
  async function oneClient() {
    for (let own = await token(); sent < requests;) {
      for (let i = 0; i < 10; i += 1) {
        sent += 1;
        const { status } = await ask(service, own);
        assert.strictEqual(status, 200, `${keyOf(own)} after ${sent} requests`);
        seen.set(keyOf(own), (seen.get(keyOf(own)) ?? 0) + 1);
        if (sent === requests / 2) {
          // The new one signs from now on, and the old one stays known for the tokens that it signed.
          provider = providerWith([await signingKey('second'), first]);
        }
      }
      own = await token();
    }
  }
  await Promise.all(Array.from({ length: 8 }, oneClient));
  assert.ok(seen.get('first') > requests / 4 && seen.get('second') > requests / 4, JSON.stringify([...seen]));
  assert.strictEqual((await ask(service, old)).status, 200);
  // Each of the workers may ask by itself; no request made one.
  console.log(`key sets fetched: ${keySetsServed}`);
  assert.ok(keySetsServed >= 2 && keySetsServed <= 8, `${keySetsServed} key sets`);
}

console.log(`issuer ${issuer}`);
const [service] = await once(readline.createInterface({ input: process.stdin }), 'line');
let status = 0;
try {
  for (const test of [accepted, refused, rotated]) {
    await test(service);
    console.log(`ok: ${test.name}`);
  }
} catch (failure) {
  console.error('FAILED:', failure);
  status = 1;
}
process.exit(status);
