import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { RealHub } from './realHub.js';

export interface LfsAction {
  readonly href: string;
  readonly expires_in: number;
}

export interface LfsObject {
  readonly oid: string;
  readonly size: number;
  readonly actions?: { readonly upload?: LfsAction; readonly verify?: LfsAction; readonly download?: LfsAction };
  readonly error?: { readonly code: number; readonly message: string };
}

export interface Pointer {
  readonly oid: string;
  readonly size: number;
}

export function pointerOf(content: Buffer): Pointer {
  return { oid: createHash('sha256').update(content).digest('hex'), size: content.length };
}

/** Speaks to the batch API as git-lfs does (git-lfs docs/api/batch.md). */
export class LfsClient {
  constructor(
    private readonly hub: Pick<RealHub, 'url' | 'token'>,
    private readonly repo: string,
    private readonly token: string | null = hub.token,
  ) {}

  ask(operation: 'upload' | 'download', objects: readonly Pointer[]): Promise<Response> {
    return fetch(`${this.hub.url}/${this.repo}.git/info/lfs/objects/batch`, {
      method: 'POST',
      headers: {
        accept: 'application/vnd.git-lfs+json',
        'content-type': 'application/vnd.git-lfs+json',
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      },
      body: JSON.stringify({ operation, transfers: ['basic'], objects, hash_algo: 'sha256' }),
    });
  }

  async batch(operation: 'upload' | 'download', ...objects: Pointer[]): Promise<readonly LfsObject[]> {
    const answer = await this.ask(operation, objects);
    assert.equal(answer.status, 200, await answer.clone().text());
    return ((await answer.json()) as { objects: LfsObject[] }).objects;
  }

  async link(action: 'upload' | 'download' | 'verify', object: Pointer): Promise<string> {
    const [answer] = await this.batch(action === 'download' ? 'download' : 'upload', object);
    const href = answer!.actions?.[action]?.href;
    assert.ok(href, JSON.stringify(answer));
    return href;
  }

  async store(content: Buffer): Promise<Pointer> {
    const object = pointerOf(content);
    const sent = await put(await this.link('upload', object), content);
    assert.equal(sent.status, 200, await sent.text());
    return object;
  }
}

export function put(href: string, content: Buffer): Promise<Response> {
  return fetch(href, { method: 'PUT', body: new Uint8Array(content) });
}
