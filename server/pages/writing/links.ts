import type { Request } from 'express';
import type { AddLinks } from '../../../views/components/addFileMenu.js';
import type { FileAction } from '../../../views/pages/files/fileActions.js';
import type { Services } from '../../services.js';
import { address, type Place } from '../files/place.js';

/** Where a folder takes new files, or null where the viewer may not write or the revision is no branch. */
export async function addLinks(services: Services, request: Request, place: Place): Promise<AddLinks | null> {
  if (!(await mayChange(services, request, place))) return null;
  const { row, revision, path } = place;
  return { newFile: address(row, 'new', revision, path), upload: address(row, 'upload', revision, path) };
}

/** What those who may write can do with a file of a branch. @param isText whether it is shown as text */
export async function changeActions(
  services: Services,
  request: Request,
  place: Place,
  isText: boolean,
): Promise<readonly FileAction[]> {
  if (!(await mayChange(services, request, place))) return [];
  const { row, revision, path } = place;
  return [
    ...(isText ? [{ text: 'Edit', icon: 'pencil', href: address(row, 'edit', revision, path) } as const] : []),
    { text: 'Delete', icon: 'trash-2', href: address(row, 'delete', revision, path) },
  ];
}

async function mayChange(services: Services, { viewer }: Request, { row, revision }: Place): Promise<boolean> {
  if (!services.can(viewer, 'write', row)) return false;
  return (await services.repositories.open(row.ref).resolve(`refs/heads/${revision}`)) !== null;
}
