/** 24 hex digits, as the Hub's ids look, that name a request by its repository and its person. */
export function requestIdOf(repoId: number, userId: number): string {
  return hex(repoId) + hex(userId);
}

/** The person of a request to this repository; null when the id is no id of one. */
export function userOfRequestId(repoId: number, id: string): number | null {
  return /^[0-9a-f]{24}$/.test(id) && id.startsWith(hex(repoId)) ? Number.parseInt(id.slice(12), 16) : null;
}

function hex(id: number): string {
  return id.toString(16).padStart(12, '0');
}
