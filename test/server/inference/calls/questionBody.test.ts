import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createLog } from '../../../../config/log.js';
import { apiErrors } from '../../../../server/api/apiErrors.js';
import { maxFileBytes, questionOf, readQuestionBody } from '../../../../server/inference/calls/questionBody.js';

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

describe('the body of a question', () => {
  let url: string;
  const app = express();
  app.post('/', readQuestionBody(), (request, response) => {
    const { inputs, ...others } = questionOf(request);
    response.json({
      ...others,
      inputs: inputs instanceof Uint8Array ? { file: Buffer.from(inputs).toString('hex') } : inputs,
    });
  });
  app.use(apiErrors(createLog('silent')));
  const server = createServer(app);
  before((done) => {
    server.listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      done();
    });
  });
  after((done) => void server.close(done));

  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    type?: string,
  ): Promise<{ status: number; answer: Record<string, unknown> }> => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    const response = await fetch(url, { method: 'POST', headers, body: new Blob([body]) });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const file = { file: Buffer.from(png).toString('hex') };
  const text = JSON.stringify({
    inputs: 'good',
    parameters: { top_k: 1 },
    options: { use_cache: false },
    normalize: true,
  });
  const question = {
    inputs: 'good',
    parameters: { top_k: 1 },
    options: { use_cache: false },
    rest: { normalize: true },
  };

  for (const type of [
    'image/png',
    'audio/x-wav',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    undefined,
  ])
    it(`is a file as it is, sent as ${type ?? 'nothing'}`, async () => {
      assert.deepEqual((await post(png, type)).answer.inputs, file);
    });

  for (const type of [
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    undefined,
  ])
    it(`is JSON, sent as ${type ?? 'nothing'}`, async () => {
      assert.deepEqual((await post(text, type)).answer, question);
      assert.deepEqual((await post(`\uFEFF${text}`, type)).answer, question);
    });

  it('may have the image in the place of 2022', async () => {
    const { answer } = await post('{"image": "iVBO", "parameters": {"candidate_labels": "a, b"}}');
    assert.equal(answer.inputs, 'iVBO');
  });

  it('may have a question and its image beside its inputs', async () => {
    const body = '{"inputs": "AAAA", "question": "What is it?", "image": "AAAA"}';
    assert.deepEqual((await post(body)).answer.inputs, { question: 'What is it?', image: 'AAAA' });
  });

  it('may have a table beside its inputs, and keeps the order of its columns', async () => {
    const data = { b: [1], '\u00002019': [2] };
    for (const body of [
      '{"inputs": null, "table": {"b": [1], "2019": [2]}}',
      '{"inputs": {"data": {"b": [1], "2019": [2]}}}',
    ])
      assert.deepEqual((await post(body)).answer.inputs, { data });
  });

  it('is refused with what is wrong', async () => {
    const rows = [
      ['', undefined, 400, /must be a JSON object with "inputs"/],
      ['[1]', undefined, 400, /must be a JSON object with "inputs"/],
      ['{"parameters": {}}', undefined, 400, /must be a JSON object with "inputs"/],
      ['{"inputs": "a", "parameters": [1]}', undefined, 400, /"parameters" must be a JSON object/],
      ['{"inputs": ', 'application/json', 400, /not valid JSON/],
      ['hello', undefined, 400, /not valid JSON/],
      [png, 'application/json', 400, /not valid JSON/],
      [text, 'multipart/form-data; boundary=x', 415, /takes JSON, or an image or a sound as the body itself/],
      [new Uint8Array(maxFileBytes + 1), 'image/png', 413, /The file is larger than 10485760 bytes/],
      [`{"inputs": "${'A'.repeat(15_000_000)}"}`, undefined, 413, /The body is larger than/],
    ] as const;
    for (const [body, type, status, reason] of rows) {
      const refused = await post(body as string, type);
      assert.equal(refused.status, status, String(reason));
      assert.match(String(refused.answer.error), reason);
    }
  });
});
