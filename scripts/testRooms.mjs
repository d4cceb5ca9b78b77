/** Which test files run together, and how many runs go on at once. */

/** What takes longest begins first, so that no lane is left alone with it. */
const longest = ['endToEnd', 'inference', 'server'];

/**
 * @param files paths of test files, as `test/server/git/push.test.ts`
 * @returns for each room (the folder in test/; what lies beside the folders is with the small rooms in `rest`) its files
 */
export function testRooms(files) {
  const rooms = new Map(longest.map((name) => [name, []]));
  rooms.set('rest', []);
  for (const file of files) (rooms.get(file.split('/')[1]) ?? rooms.get('rest')).push(file);
  return [...rooms].filter(([, members]) => members.length > 0).map(([name, members]) => ({ name, files: members }));
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
