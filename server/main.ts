import { realpathSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { optionEnvironment } from '../config/env.js';
import { HubError } from '../config/errors.js';
import { loadOptions } from '../config/loadOptions.js';
import type { Options } from '../config/options.js';
import { flagName, optionTable } from '../config/optionTable.js';
import { version } from './version.js';

/** The command line. Modules that open data are imported only by the commands that need them: `--help` stays quick. */
const program = new Command('hubstead')
  .description('A self-hosted model hub: push with git, see the page, run the model.')
  .version(version())
  .showHelpAfterError()
  .addHelpText('after', '\nOptions such as --data-dir and --port (see config/default.yaml) may follow any command.');

function withOptions(command: Command): Command {
  command.addOption(
    new Option('--config <file>', 'options file (default: hubstead.yaml)').hideHelp(command.name() !== 'serve'),
  );
  for (const [name, row] of Object.entries(optionTable)) {
    command.addOption(new Option(`${flagName(name)} <value>`, row.takes).hideHelp(command.name() !== 'serve'));
  }
  return command;
}

function optionsOf(command: Command): Options {
  const flags: Record<string, string> = {};
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const isOption =
      option.long === '--config' || Object.keys(optionTable).some((name) => flagName(name) === option.long);
    if (isOption && typeof value === 'string') flags[option.long!] = value;
  }
  return loadOptions({ flags, environment: optionEnvironment(), workingFolder: process.cwd() });
}

withOptions(program.command('serve', { isDefault: true }).description('start the hub')).action(
  async (_flags, command: Command) => {
    const { serve } = await import('./serve.js');
    await serve(optionsOf(command));
  },
);

/** Commands that act on data, with their arguments and flags. */
function dataCommand(
  parent: Command,
  usage: string,
  description: string,
  full: string,
  flags: readonly (readonly [string, string])[] = [],
): void {
  const command = parent.command(usage).description(description);
  for (const [flag, help] of flags) command.option(flag, help);
  withOptions(command).action(async (...given: unknown[]) => {
    const self = given.at(-1) as Command;
    const args: Record<string, string | boolean | undefined> = {};
    for (const [index, argument] of self.registeredArguments.entries())
      args[argument.name()] = given[index] as string | undefined;
    for (const [flag] of flags) {
      const name = /--([a-z]+)/.exec(flag)![1]!;
      args[name] = self.getOptionValue(name) as string | boolean | undefined;
    }
    if (full === 'backup') args.folder = path.resolve(String(args.folder));
    const { runCommand } = await import('./commands/runCommand.js');
    console.log(await runCommand(optionsOf(self), full, args));
  });
}

const user = program.command('user').description('people');
dataCommand(user, 'add <name>', 'add a user (prints the password when none is given)', 'user add', [
  ['--password <password>', 'at least 10 characters'],
  ['--admin', 'administrator of this hub'],
]);
dataCommand(user, 'password <name>', 'set a new password', 'user password', [
  ['--password <password>', 'made up and printed when absent'],
]);
dataCommand(user, 'list', 'list users', 'user list');
dataCommand(user, 'disable <name>', 'disable a user and revoke sessions and tokens', 'user disable');
const token = program.command('token').description('access tokens');
dataCommand(token, 'add <name>', "make a token of a user's and print it once", 'token add', [
  ['--label <label>', 'what it is for'],
  ['--role <role>', 'read or write (default: write)'],
]);
dataCommand(token, 'list <name>', "list a user's tokens", 'token list');
dataCommand(token, 'revoke <id>', 'revoke a token', 'token revoke');
const org = program.command('org').description('organisations');
dataCommand(org, 'add <name>', 'add an organisation', 'org add', [['--owner <user>', 'its first administrator']]);
dataCommand(org, 'member <organization> <name> <role>', 'give a user a role (none = take it away)', 'org member');
dataCommand(program, 'alias <name> <repo>', 'make a one-segment name lead to OWNER/NAME', 'alias');
dataCommand(program, 'reindex [repo]', 'read repositories again', 'reindex');
dataCommand(program, 'backup <folder>', 'copy everything that a restore needs', 'backup');
dataCommand(program, 'gc', 'free LFS objects that no repository names; repack', 'gc');
dataCommand(program, 'doctor', 'compare repositories, index and LFS objects', 'doctor');
program
  .command('version')
  .description('print the version')
  .action(() => console.log(version()));

/** Runs the command line. Exit code 1 and one clear line when something is wrong. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    console.error(`hubstead: ${error.message}${error.hint ? `\n${error.hint}` : ''}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === realpathSync(new URL(import.meta.url).pathname))
  await main(process.argv);
