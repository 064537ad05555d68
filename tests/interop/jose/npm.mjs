// The `jose` package of npm: makes and opens messages.
//
//   npm.mjs <REQUEST.json >ANSWER.json
//
// A request has `make` and `open`, lists of cases (see cases.py) with the keys themselves, those to open with their
// `message`; the answer has `made` and `opened` by the cases' names, and `failed` with what was thrown.
import * as jose from 'jose';

const read = new TextDecoder();
const written = new TextEncoder();

const key = (one, i) => jose.importJWK(one.keys[i], one.algorithms[i]);
const header = (one, i) => ({ alg: one.algorithms[i], kid: one.keys[i].kid });

async function sign(one) {
  const content = written.encode(one.content);
  if (one.form === 'general') {
    const message = new jose.GeneralSign(content);
    for (const i of one.keys.keys()) message.addSignature(await key(one, i)).setProtectedHeader(header(one, i));
    return JSON.stringify(await message.sign());
  }
  const plain = one.form === 'unencoded' ? { b64: false, crit: ['b64'] } : {};
  const made = await new jose.FlattenedSign(content)
    .setProtectedHeader({ ...header(one, 0), ...plain }).sign(await key(one, 0));
  if (one.form === 'flattened') return JSON.stringify(made);
  const shown = one.form === 'compact' ? made.payload : '';
  return `${made.protected}.${shown}.${made.signature}`;
}

async function verify(one) {
  const options = { algorithms: one.algorithms };
  if (one.form === 'general') {
    const contents = await Promise.all(one.keys.map(async (_, i) =>
      read.decode((await jose.generalVerify(JSON.parse(one.message), await key(one, i), options)).payload)));
    return contents.every((each) => each === contents[0]) ? contents[0] : 'contents that differ';
  }
  if (one.form === 'detached' || one.form === 'unencoded') {
    const [header, , signature] = one.message.split('.');
    const payload = one.form === 'detached' ? jose.base64url.encode(one.content) : one.content;
    await jose.flattenedVerify({ protected: header, payload, signature }, await key(one, 0), options);
    return one.content;
  }
  const checked = one.form === 'compact'
    ? await jose.compactVerify(one.message, await key(one, 0), options)
    : await jose.flattenedVerify(JSON.parse(one.message), await key(one, 0), options);
  return read.decode(checked.payload);
}

async function encrypt(one) {
  const content = written.encode(one.content);
  if (one.form === 'general') {
    const message = new jose.GeneralEncrypt(content).setProtectedHeader({ enc: one.encryption });
    for (const i of one.keys.keys()) message.addRecipient(await key(one, i)).setUnprotectedHeader(header(one, i));
    return JSON.stringify(await message.encrypt());
  }
  const how = one.form === 'compact' ? jose.CompactEncrypt : jose.FlattenedEncrypt;
  const made = await new how(content)
    .setProtectedHeader({ ...header(one, 0), enc: one.encryption }).encrypt(await key(one, 0));
  return one.form === 'compact' ? made : JSON.stringify(made);
}

async function decrypt(one) {
  const options = { keyManagementAlgorithms: one.algorithms, contentEncryptionAlgorithms: [one.encryption] };
  if (one.form === 'compact')
    return read.decode((await jose.compactDecrypt(one.message, await key(one, 0), options)).plaintext);
  const open = one.form === 'general' ? jose.generalDecrypt : jose.flattenedDecrypt;
  const contents = await Promise.all(one.keys.map(async (_, i) =>
    read.decode((await open(JSON.parse(one.message), await key(one, i), options)).plaintext)));
  return contents.every((each) => each === contents[0]) ? contents[0] : 'contents that differ';
}

const parties = { issuer: 'https://issuer.example', audience: 'shop', subject: 'ada' };

async function mint(one) {
  return new jose.SignJWT({ level: 3 }).setProtectedHeader({ ...header(one, 0), typ: 'at+jwt' })
    .setIssuer(parties.issuer).setAudience(parties.audience).setSubject(parties.subject)
    .setIssuedAt().setExpirationTime('5m').sign(await key(one, 0));
}

async function check(one) {
  const options = { ...parties, algorithms: one.algorithms, typ: 'at+jwt', maxTokenAge: '5m' };
  const { payload } = await jose.jwtVerify(one.message, await key(one, 0), options);
  return payload.level === 3 ? one.content : JSON.stringify(payload);
}

const make = { sign, encrypt, token: mint };
const open = { sign: verify, encrypt: decrypt, token: check };

async function all(cases, actions, failed) {
  const results = {};
  for (const one of cases) {
    try {
      results[one.name] = await actions[one.action](one);
    } catch (error) {
      failed[one.name] = String(error);
    }
  }
  return results;
}

async function thumbprints(keys) {
  const results = {};
  for (const [name, one] of Object.entries(keys)) results[name] = await jose.calculateJwkThumbprint(one);
  return results;
}

const pieces = [];
for await (const piece of process.stdin) pieces.push(piece);
const request = JSON.parse(Buffer.concat(pieces).toString());
const failed = {};
console.log(JSON.stringify({
  made: await all(request.make ?? [], make, failed),
  opened: await all(request.open ?? [], open, failed),
  thumbprints: await thumbprints(request.keys ?? {}),
  failed,
}));
