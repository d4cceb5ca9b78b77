/**
 * What every command of the checkout does first: look for tools, install the locked dependencies, build. Plain Node
 * without dependencies, since it runs before there are any. When nothing changed it only compares two lists of files.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleModules } from './browserModules.mjs';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const oldestNode = [20, 19];

/** Environment of everything we start: npm must not let onnxruntime-node fetch GPU libraries. */
export const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };

/** Ends with one line that says what is wrong and what helps. */
export function stop(sentence) {
  process.stderr.write(`hubstead: ${sentence}\n`);
  process.exit(1);
}

function say(sentence) {
  process.stderr.write(`hubstead: ${sentence}\n`);
}

/** Tools, dependencies, the native module: all that is needed to run TypeScript from source. */
export function prepare() {
  checkTools();
  installDependencies();
  checkDatabaseModule();
}

/** Everything that is needed to run the hub. */
export function prepareAndBuild() {
  prepare();
  if (!build()) stop('the build failed; the lines above say where');
}

function checkTools() {
  const missing = missingTools({ nodeVersion: process.versions.node, has: onPath });
  if (missing.length > 0) stop(`missing: ${missing.join('; ')}`);
  if (!onPath('git-lfs')) say('git-lfs is not installed here; large files cannot be pushed from this machine');
}

/** @returns what must be there and is not, each with what helps */
export function missingTools({ nodeVersion, has }) {
  const [major, minor] = nodeVersion.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  return [
    ...(isOld ? [`Node ${oldestNode.join('.')} or newer (this is ${nodeVersion})`] : []),
    ...(has('git') ? [] : ['git']),
  ];
}

function onPath(tool) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, tool)));
}

function installDependencies() {
  if (isInstalled(root)) return;
  say('installing dependencies (npm ci)');
  // Without scripts: the only package that needs its own is better-sqlite3, and that is seen to below.
  const installed = npm('ci', '--ignore-scripts', '--no-audit', '--no-fund');
  if (installed.status !== 0) {
    stop(`npm ci failed: ${lastLine(installed)}`);
  }
}

/** Whether node_modules holds what package-lock.json names, by the list that npm leaves there. */
export function isInstalled(folder) {
  const locked = readJson(path.join(folder, 'package-lock.json'))?.packages ?? {};
  const present = readJson(path.join(folder, 'node_modules', '.package-lock.json'))?.packages;
  if (!present) return false;
  return Object.entries(locked).every(
    ([place, { version, optional, peer }]) =>
      place === '' || present[place]?.version === version || (!present[place] && (optional || peer)),
  );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** better-sqlite3 brings C++: its binary is fetched, else compiled, and must fit this Node. */
function checkDatabaseModule() {
  if (databaseModuleLoads()) return;
  say('preparing better-sqlite3 for this Node: fetching it takes seconds; where it must be compiled, some minutes');
  const rebuilt = npm('rebuild', 'better-sqlite3');
  if (rebuilt.status === 0 && databaseModuleLoads()) return;
  stop(
    'better-sqlite3 has no binary for this machine: let npm download a built one, ' +
      `or install python3, make and g++ to compile it (${lastLine(rebuilt)})`,
  );
}

function databaseModuleLoads() {
  // In a process of its own: a binary for another C library may end the process that loads it.
  const stamp = path.join(root, 'node_modules', '.hubstead-database');
  const binary = path.join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  const seen = `${process.version} ${process.arch} ${existsSync(binary) ? statSync(binary).mtimeMs : 'none'}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === seen) return true;
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  if (spawnSync(process.execPath, ['-e', script], { cwd: root, timeout: 30_000 }).status !== 0) return false;
  writeFileSync(stamp, seen);
  return true;
}

function npm(...args) {
  // Inside `npm start` this names the npm that runs us.
  const cli = process.env.npm_execpath;
  const options = { cwd: root, env: environment, encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'] };
  const isScript = cli !== undefined && /npm-cli\.c?js$/.test(cli);
  const result = isScript ? spawnSync(process.execPath, [cli, ...args], options) : spawnSync('npm', args, options);
  if (result.status !== 0) process.stderr.write(result.stderr ?? '');
  return result;
}

/** The line of npm's complaint that says most: the first error that is not the name of a code. */
function lastLine({ stderr, error }) {
  if (error) return error.message;
  const lines = (stderr ?? '').split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
  const telling = lines.find((line) => !/ (code|errno|path|command|syscall) /.test(line)) ?? lines[0];
  return telling?.replace(/^npm (error|ERR!) /, '').trim() || 'see above';
}

const projects = ['tsconfig.build.json', 'views/browser/tsconfig.json'];
const sources = ['config', 'hooks', 'indexer', 'inference', 'server', 'views'];
const stampFile = path.join(root, 'dist', '.built');

/**
 * Compiles to dist/ when a source or a setting changed since the last good build.
 * @returns false when the compiler complained; what it could write is there all the same
 */
export function build() {
  const fingerprint = fingerprintOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint) return true;
  say('building');
  const compiler = require.resolve('typescript/bin/tsc');
  const isGood = projects
    .map((project) => spawnSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' }))
    .every(({ status }) => status === 0);
  if (!isGood || !bundleModules()) return false;
  const { codeVersionFile, hashOfCode } = require(path.join(root, 'dist', 'inference', 'codeVersion.js'));
  writeFileSync(codeVersionFile, hashOfCode());
  writeFileSync(stampFile, fingerprint);
  return true;
}

/** Names, sizes and times of all that the compiler reads: a few milliseconds, where hashing contents takes longer. */
function fingerprintOfSources() {
  const hash = createHash('sha256');
  const files = sources.flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.join(room, file)),
  );
  for (const file of [...files, 'package-lock.json', 'tsconfig.json', ...projects].sort()) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
