import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import express from 'express';
import { bodyWithin } from '../../server/bodyDeadline.js';

describe('a body that must come in time', () => {
  let server: Server;
  let port: number;
  before(async () => {
    const app = express();
    app.use(bodyWithin(500));
    app.get('/slow', async (_request, response) => {
      await wait(700);
      response.send('late answer');
    });
    app.post('/json', express.json(), async (request, response) => {
      await wait(700);
      response.json(request.body);
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  it('may be answered later than it had to come; so may a request without one', async () => {
    const url = `http://127.0.0.1:${port}`;
    assert.equal(await (await fetch(`${url}/slow`)).text(), 'late answer');
    const posted = await fetch(`${url}/json`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"a":1}',
    });
    assert.deepEqual(await posted.json(), { a: 1 });
  });

  it('ends the connection of a client that drips', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    const drip = setInterval(() => socket.write(' '), 20);
    // A write may meet the end as an error, which `once` of node:events would throw.
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
  });
});
