/** A piece of a page as HTML, by the name that the hub knows it by (`X-Fragment`); null where the hub does not give it. */
export async function askPiece(
  address: string,
  name: string,
  signal: AbortSignal | null = null,
): Promise<string | null> {
  try {
    const answer = await fetch(address, { headers: { 'X-Fragment': name }, signal });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
