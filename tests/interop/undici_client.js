// Node's undici as a client: pipelining, JSON, streams both ways, and a request given up.
//
//   undici_client.js ADDRESS
//
// Ends with 1 when something was wrong.
'use strict';

const assert = require('node:assert');
const { createHash, randomBytes } = require('node:crypto');
const { Readable } = require('node:stream');
const { Client, Pool } = require('undici');

const address = process.argv[2];

function digest(pieces) {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

async function pipelined() {
  const client = new Client(address, { pipelining: 8 });
  let connections = 0;
  client.on('connect', () => { connections += 1; });
  // The slow ones come first; the answers must find their requests nevertheless.
  const pauses = Array.from({ length: 32 }, (_, i) => (i % 4 === 0 ? 20 : 1));
  const answers = await Promise.all(pauses.map(async (pause) => {
    const { body } = await client.request({ method: 'GET', path: `/sleep/${pause}` });
    return body.text();
  }));
  assert.deepStrictEqual(answers, pauses.map((pause) => `slept ${pause} ms`));
  assert.strictEqual(connections, 1);
  await client.close();
}

async function json() {
  const client = new Client(address);
  const order = { item: 'tea', count: 2, words: ['größer', '\u{1F375}'] };
  const { statusCode, headers, body } = await client.request({
    method: 'POST',
    path: '/echo',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  assert.strictEqual(statusCode, 200);
  assert.strictEqual(headers['content-type'], 'application/json');
  assert.deepStrictEqual(await body.json(), order);
  await client.close();
}

async function streamed() {
  const client = new Client(address);
  const pieces = Array.from({ length: 100 }, () => randomBytes(30000));
  const { body } = await client.request({ method: 'POST', path: '/stream', body: Readable.from(pieces) });
  const back = [];
  for await (const piece of body) back.push(piece);
  assert.strictEqual(digest(back), digest(pieces));
  await client.close();
}

async function givenUp() {
  const client = new Client(address);
  const abort = new AbortController();
  const answer = client.request({ method: 'GET', path: '/sleep/1000', signal: abort.signal });
  setImmediate(() => abort.abort());
  await assert.rejects(answer, { name: 'AbortError' });
  const { body } = await client.request({ method: 'GET', path: '/plaintext' });
  assert.strictEqual(await body.text(), 'Hello, World!');
  await client.destroy();
}

async function manyConnections() {
  const pool = new Pool(address, { connections: 16, pipelining: 4 });
  const codes = await Promise.all(Array.from({ length: 500 }, async (_, i) => {
    const { statusCode, body } = await pool.request({ method: i % 5 === 0 ? 'HEAD' : 'GET', path: '/json' });
    await body.dump();
    return statusCode;
  }));
  assert.ok(codes.every((code) => code === 200));
  await pool.close();
}

async function main() {
  for (const test of [pipelined, json, streamed, givenUp, manyConnections]) {
    await test();
    console.log(`ok: ${test.name}`);
  }
}

main().catch((failure) => {
  console.error('FAILED:', failure);
  process.exit(1);
});
