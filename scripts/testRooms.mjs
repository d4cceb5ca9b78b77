/** Which test files run together, and how many runs go on at once. */

/** What takes longest begins first, so that no lane is left alone with it. */
const longest = ['endToEnd', 'server', 'inference'];
/**
 * The stories take longer than all other rooms together: their files are dealt out to so many rooms. More than lanes, since some
 * files take minutes and names beside each other are of one kind.
 */
const shares = { endToEnd: 4 };

/**
 * @param files paths of test files, as `test/server/git/push.test.ts`
 * @returns for each room (the folder in test/, or a share of it; what lies beside the folders is with the small rooms in `rest`) its files
 */
export function testRooms(files) {
  const rooms = new Map([...longest, 'rest'].map((name) => [name, []]));
  for (const file of files) (rooms.get(file.split('/')[1]) ?? rooms.get('rest')).push(file);
  return [...rooms].flatMap(([name, members]) => dealt(name, members)).filter((room) => room.files.length > 0);
}

function dealt(name, members) {
  return Array.from({ length: shares[name] ?? 1 }, (_, share) => ({
    name: share === 0 ? name : `${name}-${share + 1}`,
    files: members.filter((_, place) => place % (shares[name] ?? 1) === share),
  }));
}

/** Does the jobs in their order, `lanes` at once. @returns what they return, in the order of the jobs */
export async function inLanes(jobs, lanes) {
  const results = [];
  const waiting = jobs.entries();
  const lane = async () => {
    for (const [place, job] of waiting) results[place] = await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
