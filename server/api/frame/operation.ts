import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Action, RepoRow, SignedIn, Viewer } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import type { Place } from './address.js';
import type { Parameters, ValuesOf } from './parameters.js';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call: everybody, who is signed in, whose credential may change something of their own, whose may write to what the
 * body names (the operation asks `can` about it), the hub's administrators, or who may do this to the repository of the address. Whoever may not even read that hears that it is not there. 'signed': who shows what another
 * operation signed for it; tokens of the hub do not count, and the frame lets nobody in.
 */
export type Access = 'anyone' | 'user' | 'writer' | 'named' | 'admin' | 'signed' | Action;

/** A body of JSON, read whole before the operation begins. */
export interface JsonBody<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** 1 MiB unless told. */
  readonly limitBytes?: number;
  /** Python's client sends `paths-info` as a form. */
  readonly orForm?: boolean;
}

/** A body that the operation reads itself, as it comes. */
export interface StreamedBody {
  readonly mediaType: string;
  readonly about: string;
}

/** What every operation says of itself: openapi.json and /docs/api are made of it, and tests ask and check each by it. */
export interface Description {
  /** Unique, camelCase: what generated clients call their function. */
  readonly id: string;
  readonly method: Method;
  /** See address.ts for what `{…}` takes. */
  readonly path: string;
  /** One line: what it does. */
  readonly summary: string;
  /** More of it, as Markdown. */
  readonly about?: string;
  readonly access: Access;
  readonly query?: Parameters;
  readonly body?: JsonBody | StreamedBody;
  /** JSON by a schema, or bytes of a media type; null = no body. */
  readonly answer: z.ZodType | { readonly mediaType: string } | null;
}

/** An operation that the table's own router serves. */
export interface Operation extends Description {
  /** What a query or an address asks in place of `access`: a pull request may be opened by those who may not write. */
  accessFor?(query: unknown, place: Place): Access;
  /** The JSON that is answered with 200, or undefined when the operation has written its answer itself. */
  handle(services: Services, call: Call): Promise<unknown> | unknown;
}

/** One call of an operation, checked: who may has been asked, the query and the body are as the row says. */
export interface Call<Query = unknown, Body = unknown> {
  readonly viewer: Viewer;
  /** The viewer who is signed in. @throws HubError CREDENTIALS_NEEDED when nobody is, which most kinds of access rule out */
  readonly caller: SignedIn;
  readonly place: Place;
  /** The repository of the address. @throws HubError INTERNAL when the address has none */
  readonly repo: RepoRow;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
}

interface Row<Query extends Parameters, Schema extends z.ZodType, Answer extends z.ZodType> extends Description {
  readonly query?: Query;
  readonly body?: JsonBody<Schema> | StreamedBody;
  readonly answer: Answer | { readonly mediaType: string } | null;
  accessFor?(query: ValuesOf<Query>, place: Place): Access;
  handle(
    services: Services,
    call: Call<ValuesOf<Query>, z.output<Schema>>,
  ): Promise<z.input<Answer> | undefined> | z.input<Answer> | undefined;
}

/** A row of a family's table; its `handle` is held to its schemas by the compiler. */
export function operation<
  Query extends Parameters = Record<never, never>,
  Schema extends z.ZodType = z.ZodType<undefined>,
  Answer extends z.ZodType = z.ZodType<undefined>,
>(row: Row<Query, Schema, Answer>): Operation {
  // The router hands on only what it has read by this row's schemas.
  return row as unknown as Operation;
}
