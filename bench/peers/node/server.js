// The two answers on Node's own server: node server.js PORT.
'use strict';
const http = require('node:http');

const text = 'Hello, World!';

function answer(response, type, body) {
  response.writeHead(200, {'Server': 'Node', 'Content-Type': type, 'Content-Length': Buffer.byteLength(body)});
  response.end(body);
}

const server = http.createServer((request, response) => {
  switch (request.url) {
    case '/plaintext':
      answer(response, 'text/plain; charset=utf-8', text);
      break;
    case '/json':
      answer(response, 'application/json', JSON.stringify({message: text}));
      break;
    default:
      response.writeHead(404);
      response.end();
  }
});

// Idle connections wait for their next round.
server.keepAliveTimeout = 300_000;
server.listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096});
