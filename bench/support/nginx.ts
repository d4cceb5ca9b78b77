import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { findProgram, start } from './programs.js';

/** The peer that others would put in our place: nginx, with fcgiwrap for `git http-backend`. */
export interface Nginx {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts nginx on a free port with one server block. @param body directives of the server block
 * @returns null when nginx is not installed
 */
export async function startNginx(folder: string, body: string): Promise<Nginx | null> {
  const program = findProgram('nginx');
  if (!program) return null;
  const port = await freePort();
  const config = path.join(folder, 'nginx.conf');
  await writeFile(config, configuration(folder, port, body));
  const running = start(program, ['-p', folder, '-c', config, '-e', path.join(folder, 'nginx.log')]);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url);
  return { url, stop: running.stop };
}

/** The location that hands everything to `git http-backend`, behind a password. @returns null without fcgiwrap */
export async function startGitBackend(
  folder: string,
  repositories: string,
  user: { name: string; password: string },
): Promise<Nginx | null> {
  const fcgiwrap = findProgram('fcgiwrap');
  const backend = findProgram('git-http-backend');
  if (!fcgiwrap || !backend) return null;
  const socket = path.join(folder, 'fcgi.sock');
  const passwords = path.join(folder, 'passwords');
  await writeFile(passwords, `${user.name}:{PLAIN}${user.password}\n`);
  const wrap = start(fcgiwrap, ['-s', `unix:${socket}`, '-c', '1']);
  const nginx = await startNginx(
    folder,
    `location / {
      auth_basic "git"; auth_basic_user_file ${passwords};
      client_max_body_size 0; fastcgi_buffering off; fastcgi_request_buffering off;
      fastcgi_pass unix:${socket};
      fastcgi_param SCRIPT_FILENAME ${backend};
      fastcgi_param GIT_PROJECT_ROOT ${repositories};
      fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param REMOTE_USER $remote_user;
    }`,
  );
  if (!nginx) {
    await wrap.stop();
    return null;
  }
  return {
    url: nginx.url,
    async stop() {
      await nginx.stop();
      await wrap.stop();
    },
  };
}

function configuration(folder: string, port: number, body: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/nginx-${kind};`,
  );
  return `daemon off; worker_processes 2; pid ${folder}/nginx.pid;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off; default_type application/octet-stream; keepalive_requests 100000;
  ${temporary.join(' ')}
  server { listen 127.0.0.1:${port}; ${body} }
}
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at ${url}`);
}
