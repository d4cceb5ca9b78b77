import { realpathSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { optionEnvironment } from '../config/env.js';
import { HubError } from '../config/errors.js';
import { loadOptions } from '../config/loadOptions.js';
import { nearest } from '../config/nearest.js';
import type { Options } from '../config/options.js';
import { flagName, optionTable } from '../config/optionTable.js';
import type { CommandName } from './commands/index.js';
import { version } from './version.js';

/** The command line. Modules that open data are imported only by the commands that need them: `--help` stays quick. */
const program = new Command('hubstead')
  .description('A self-hosted model hub: push with git, see the page, run the model.')
  .version(version())
  .showHelpAfterError('(hubstead --help shows the commands, hubstead COMMAND --help what one takes)')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'hubstead: ')) })
  .addHelpText('after', '\nOptions such as --data-dir and --config may follow any command.')
  .addHelpText('after', examplesText(['hubstead serve --port 8080', 'hubstead user add ada', 'hubstead doctor']));

function examplesText(examples: readonly string[]): string {
  return `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}

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

withOptions(program.command('serve', { isDefault: true }).description('start the hub').allowExcessArguments())
  .addHelpText('after', '\nconfig/default.yaml and docs/options.md say what each is for.')
  .addHelpText(
    'after',
    examplesText([
      'hubstead serve --port 8080 --data-dir /srv/hubstead',
      'hubstead serve --host 0.0.0.0 --base-url https://hub.example.org --trust-proxy 127.0.0.1',
      'hubstead serve --config /etc/hubstead.yaml',
    ]),
  )
  .action(async (_flags, command: Command) => {
    refuseUnknownCommand(command.args);
    const { serve } = await import('./serve.js');
    await serve(optionsOf(command));
  });

/** A word that names no command would else be an argument of `serve`, which is what runs without a word. */
function refuseUnknownCommand([word]: readonly string[]): void {
  if (word === undefined) return;
  const names = program.commands.map((command) => command.name());
  if (names.includes(word)) program.error(`error: options go behind the command: hubstead ${word} … --data-dir …`);
  const near = nearest(word, names);
  program.error(`error: unknown command '${word}'${near ? ` (did you mean ${near}?)` : ''}`);
}

/** One command that acts on data. Its name is its place in the tree: `user add`. */
interface DataCommand {
  readonly name: CommandName;
  /** Its arguments as commander writes them: `<name>`. */
  readonly takes?: string;
  readonly description: string;
  readonly flags?: readonly (readonly [flag: string, help: string])[];
  readonly needs?: string;
  readonly examples: readonly string[];
}

const dataCommands: readonly DataCommand[] = [
  {
    name: 'user add',
    takes: '<name>',
    description: 'add a user (prints the password when none is given)',
    flags: [
      ['--password <password>', 'at least 10 characters'],
      ['--admin', 'administrator of this hub'],
    ],
    examples: ['hubstead user add ada', 'hubstead user add grace --admin --password "correct horse"'],
  },
  {
    name: 'user password',
    takes: '<name>',
    description: 'set a new password; sessions end',
    flags: [['--password <password>', 'made up and printed when absent']],
    examples: ['hubstead user password ada'],
  },
  { name: 'user list', description: 'list users', examples: ['hubstead user list'] },
  {
    name: 'user disable',
    takes: '<name>',
    description: 'disable a user and revoke sessions and tokens',
    examples: ['hubstead user disable ada'],
  },
  {
    name: 'token add',
    takes: '<name>',
    description: "make a token of a user's and print it once",
    flags: [
      ['--label <label>', 'what it is for'],
      ['--role <role>', 'read or write (default: write)'],
    ],
    examples: ['hubstead token add ada --label laptop', 'hubstead token add ada --role read --label "training server"'],
  },
  {
    name: 'token list',
    takes: '<name>',
    description: "list a user's tokens: id, beginning, role, last use, label",
    examples: ['hubstead token list ada'],
  },
  {
    name: 'token revoke',
    takes: '<id>',
    description: 'revoke a token, by the id that the list shows',
    examples: ['hubstead token revoke 7'],
  },
  {
    name: 'limit set',
    takes: '<who>',
    description: 'give a user, an organisation or a token (its id) limits of its own on calls of models',
    flags: [
      ['--calls <n>', 'calls a minute; 0 = no limit'],
      ['--priority <n>', 'turns in the queue where others have one (1 to 100)'],
    ],
    examples: [
      'hubstead limit set ada --calls 5000',
      'hubstead limit set acme --priority 3',
      'hubstead limit set 7 --calls 20',
    ],
  },
  { name: 'limit list', description: 'list who has limits of its own', examples: ['hubstead limit list'] },
  {
    name: 'limit remove',
    takes: '<who>',
    description: 'give back the limits of the hub',
    examples: ['hubstead limit remove ada'],
  },
  {
    name: 'org add',
    takes: '<name>',
    description: 'add an organisation',
    flags: [['--owner <user>', 'its first administrator']],
    needs: '--owner',
    examples: ['hubstead org add acme --owner ada'],
  },
  {
    name: 'org member',
    takes: '<organization> <name> <role>',
    description: 'give a user a role: read, contributor, write, admin; none takes it away',
    examples: ['hubstead org member acme grace contributor', 'hubstead org member acme grace none'],
  },
  {
    name: 'alias',
    takes: '<name> <repo>',
    description: 'make a one-segment name lead to OWNER/NAME',
    examples: ['hubstead alias t5-base google/t5-base'],
  },
  {
    name: 'reindex',
    takes: '[repo]',
    description: 'read all repositories again, or one',
    examples: ['hubstead reindex', 'hubstead reindex ada/my-model'],
  },
  {
    name: 'backup',
    takes: '<folder>',
    description: 'copy everything that a restore needs, also while the hub runs',
    examples: ['hubstead backup /backups/today'],
  },
  { name: 'gc', description: 'free LFS objects that no repository names; repack', examples: ['hubstead gc'] },
  {
    name: 'doctor',
    description:
      'look for faults in tools, disk, spool, repositories, index and LFS objects; exits with 1 when there are any',
    flags: [['--deep', 'also read every stored byte and compare it with its hash (a minute for some ten GB)']],
    examples: ['hubstead doctor', 'hubstead doctor --deep', 'hubstead doctor --data-dir /srv/hubstead'],
  },
];

const groups = new Map([
  ['user', 'people'],
  ['token', 'access tokens'],
  ['org', 'organisations'],
  ['limit', 'limits on calls of models'],
]);

function parentOf(group: string | undefined): Command {
  if (group === undefined) return program;
  const known = program.commands.find((command) => command.name() === group);
  return known ?? program.command(group).description(groups.get(group) ?? group);
}

for (const row of dataCommands) {
  const [last, group] = row.name.split(' ').reverse() as [string, string?];
  const command = parentOf(group)
    .command(`${last} ${row.takes ?? ''}`.trim())
    .description(row.description);
  for (const [flag, help] of row.flags ?? []) {
    command.addOption(
      new Option(flag, help).makeOptionMandatory(row.needs !== undefined && flag.startsWith(row.needs)),
    );
  }
  withOptions(command)
    .addHelpText('after', examplesText(row.examples))
    .action((...given: unknown[]) => runDataCommand(row, given));
}

async function runDataCommand({ name, flags = [] }: DataCommand, given: readonly unknown[]): Promise<void> {
  const self = given.at(-1) as Command;
  const args: Record<string, string | boolean | undefined> = {};
  for (const [index, argument] of self.registeredArguments.entries())
    args[argument.name()] = given[index] as string | undefined;
  for (const [flag] of flags) {
    const option = /--([a-z]+)/.exec(flag)![1]!;
    args[option] = self.getOptionValue(option) as string | boolean | undefined;
  }
  if (name === 'backup') args.folder = path.resolve(String(args.folder));
  if (args.deep) console.error('reading every stored byte: about a minute for every ten GB');
  const { runCommand } = await import('./commands/runCommand.js');
  const { output, failed } = await runCommand(optionsOf(self), name, args);
  console.log(output);
  if (failed) process.exitCode = 1;
}

program
  .command('version')
  .description('print the version')
  .addHelpText('after', examplesText(['hubstead version']))
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
