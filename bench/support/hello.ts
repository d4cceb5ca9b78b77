import { projectRoot } from '../../config/projectRoot.js';
import { type Running, start } from './programs.js';

/** Express with one route, in a process of its own as the hub is. */
export async function startHello(): Promise<{ url: string; server: Running }> {
  const program = `import express from 'express';
    const server = express().get('/', (request, response) => response.send('hello')).listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const server = start(process.execPath, ['--input-type=module', '--eval', program], {}, projectRoot);
  const port = await new Promise<string>((resolve) =>
    server.process.stdout!.once('data', (said) => resolve(`${said}`.trim())),
  );
  return { url: `http://127.0.0.1:${port}/`, server };
}
