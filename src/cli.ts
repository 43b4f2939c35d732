#!/usr/bin/env node
// The command line. Each command is loaded only when it is called, so that help and `verify` start at once.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT } from './cli/exit-codes.ts';
import { languageOf, putInLanguage } from './cli/help/in-language.ts';
import { tellUsage } from './cli/help/usage-fault.ts';
import type { ConfigOptions } from './cli/configured.ts';
import type { ConvertOptions } from './cli/messages/convert.ts';
import type { DecideOptions } from './cli/held/held.ts';
import type { CrlCommandOptions, InitOptions, IssueCertificateOptions, RevokeOptions } from './cli/pki/pki.ts';
import { pageText, topics, topicsHelp } from './cli/help/pages.ts';
import type { HorizonOptions } from './cli/pki/horizon.ts';
import type { PathOptions } from './cli/pki/path.ts';
import { PROFILES } from './cli/verify/profiles.ts';
import type { EvidenceOptions } from './cli/messages/evidence.ts';
import type { PullOptions } from './cli/messages/pull.ts';
import type { SendOptions } from './cli/messages/send.ts';
import { out, tellFailure, type CommonOptions } from './cli/terminal.ts';
import type { TraceOptions } from './cli/messages/trace.ts';
import type { VerifyAuditOptions } from './cli/audit/verify.ts';
import type { VerifyOptions } from './cli/verify/verify.ts';
import { settingsHelp } from './cli/help/settings.ts';
import { ANCHOR_PURPOSES } from './core/registry/anchor.ts';
import type { DemoOptions } from './demo/demo.ts';

/** Known before the command line is read, for what is wrong with it is told in it. */
const LANGUAGE = languageOf(process.argv);

type Options<T> = CommonOptions & T;

/** Runs a command; what it throws is told, and becomes the exit status. */
async function conclude(options: CommonOptions, run: () => Promise<number>): Promise<void> {
  process.exitCode = await run().catch((error: unknown) => tellFailure(options, error));
}

const seconds = (text: string): number => {
  if (!/^\d{1,5}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('seconds-wanted');
  return Number(text);
};

const days = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('days-wanted');
  return Number(text);
};

const port = (text: string): string => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('port-wanted');
  return text;
};

/** Given before or behind the name of a command, it is the language of all that is said. */
function languageOption(): Option {
  return new Option('--lang <language>').choices(['vi', 'en']).default(LANGUAGE, 'vi');
}

/** A command that only has parts. */
function group(name: string): Command {
  return new Command(name).addOption(languageOption()).exitOverride();
}

function command(name: string): Command {
  return new Command(name).option('--json').addOption(languageOption()).exitOverride();
}

/** A command that works on the gateway's own database and folders. */
function operatorCommand(name: string): Command {
  return command(name).option('--config <file>').option('--data <folder>');
}

/** A command that talks to a gateway as one of its clients. */
function clientCommand(name: string): Command {
  return command(name)
    .option('--credentials <file>')
    .option('--gateway <url>')
    .option('--client <id>')
    .option('--secret-file <file>')
    .addOption(new Option('--patience <seconds>').argParser(seconds).default(10));
}

function serveCommand(): Command {
  return operatorCommand('serve')
    .option('--roles <list>')
    .option('--host <address>')
    .addOption(new Option('--port <number>').argParser(port))
    .addHelpText('after', () => `\n${settingsHelp(LANGUAGE)}`)
    .action((options: Options<ConfigOptions>) =>
      conclude(options, async () => (await import('./cli/server/serve.ts')).serve(options)),
    );
}

function demoCommand(): Command {
  return command('demo')
    .option('--exit')
    .addOption(new Option('--data <folder>').default('./data/demo'))
    .addOption(new Option('--port <number>').argParser(port))
    .addOption(new Option('--patience <seconds>').argParser(seconds).default(20))
    .option('--credentials <file>')
    .option('--gateway <url>')
    .option('--ledgers <folder>')
    .action((options: DemoOptions) => conclude(options, async () => (await import('./demo/demo.ts')).demo(options)));
}

function migrateCommand(): Command {
  return operatorCommand('migrate').action((options: Options<ConfigOptions>) =>
    conclude(options, async () => (await import('./cli/server/migrate.ts')).migrateDatabase(options)),
  );
}

function verifyAuditCommand(): Command {
  return operatorCommand('verify-audit')
    .option('--head <file>')
    .option('--key <file...>')
    .option('--trust <path...>')
    .option('--export <folder>')
    .action((options: VerifyAuditOptions) =>
      conclude(options, async () => (await import('./cli/audit/verify.ts')).verifyAuditLog(options)),
    );
}

function registryCommand(): Command {
  const apply = operatorCommand('apply')
    .argument('<file>')
    .action((file: string, options: Options<ConfigOptions>) =>
      conclude(options, async () => (await import('./cli/registry/registry.ts')).registryApply(file, options)),
    );
  return group('registry').addCommand(apply);
}

function heldCommand(): Command {
  const load = () => import('./cli/held/held.ts');
  const list = operatorCommand('list').action((options: Options<ConfigOptions>) =>
    conclude(options, async () => (await load()).heldList(options)),
  );
  const decision = (name: string, to: 'released' | 'returned'): Command =>
    operatorCommand(name)
      .argument('<id>')
      .requiredOption('--reason <text>')
      .action((id: string, options: DecideOptions) =>
        conclude(options, async () => (await load()).heldDecide(id, to, options)),
      );
  return group('held')
    .addCommand(list)
    .addCommand(decision('release', 'released'))
    .addCommand(decision('return', 'returned'));
}

function sendCommand(): Command {
  return clientCommand('send')
    .argument('<file>')
    .option('--idempotency-key <key>')
    .action((file: string, options: SendOptions) =>
      conclude(options, async () => (await import('./cli/messages/send.ts')).sendFile(file, options)),
    );
}

function pullCommand(): Command {
  return clientCommand('pull')
    .addOption(new Option('--into <folder>').default('.'))
    .addOption(new Option('--wait <seconds>').argParser(seconds).default(0))
    .action((options: PullOptions) =>
      conclude(options, async () => (await import('./cli/messages/pull.ts')).pullInbox(options)),
    );
}

function traceCommand(): Command {
  return clientCommand('trace')
    .argument('<id>')
    .action((id: string, options: TraceOptions) =>
      conclude(options, async () => (await import('./cli/messages/trace.ts')).traceMessage(id, options)),
    );
}

function evidenceCommand(): Command {
  return clientCommand('evidence')
    .argument('<id>')
    .requiredOption('--out <path>')
    .action((id: string, options: EvidenceOptions) =>
      conclude(options, async () => (await import('./cli/messages/evidence.ts')).fetchEvidence(id, options)),
    );
}

/** Options of one `pki` command: the folder, and what the command itself takes. */
type PkiOptions<T> = T & { readonly folder: string };

function pkiPart(name: string): Command {
  return command(name).addOption(new Option('--folder <folder>').default('./data/pki'));
}

function keyOption(): Option {
  return new Option('--key <kind>').choices(['ec', 'rsa', 'rsa-2048']);
}

/** A development authority; for real traffic the anchors are those of the national ones. */
function pkiCommand(): Command {
  const load = () => import('./cli/pki/pki.ts');
  const init = pkiPart('init')
    .option('--name <name>')
    .addOption(keyOption())
    .addOption(new Option('--crl-days <days>').argParser(days))
    .action((options: PkiOptions<InitOptions>) =>
      conclude(options, async () => (await load()).pkiInit(options.folder, options)),
    );
  const issue = pkiPart('issue')
    .requiredOption('--organisation <code>')
    .requiredOption('--name <name>')
    .addOption(new Option('--days <days>').argParser(days))
    .addOption(keyOption())
    .option('--renew')
    .action((options: PkiOptions<IssueCertificateOptions>) =>
      conclude(options, async () => (await load()).pkiIssue(options.folder, options)),
    );
  const revoke = pkiPart('revoke')
    .requiredOption('--organisation <code>')
    .option('--reason <reason>')
    .addOption(new Option('--crl-days <days>').argParser(days))
    .action((options: PkiOptions<RevokeOptions>) =>
      conclude(options, async () => (await load()).pkiRevoke(options.folder, options)),
    );
  const crl = pkiPart('crl')
    .addOption(new Option('--crl-days <days>').argParser(days))
    .action((options: PkiOptions<CrlCommandOptions>) =>
      conclude(options, async () => (await load()).pkiCrl(options.folder, options)),
    );
  const parts = [init, issue, revoke, crl];
  const whole = group('pki');
  for (const part of parts) whole.addCommand(part);
  return whole.addCommand(pkiPathCommand()).addCommand(pkiHorizonCommand());
}

function pkiHorizonCommand(): Command {
  return operatorCommand('horizon')
    .addOption(new Option('--days <days>').argParser(days).default(90))
    .action((options: Options<HorizonOptions>) =>
      conclude(options, async () => (await import('./cli/pki/horizon.ts')).pkiHorizon(options)),
    );
}

/** What commands that verify take besides the file. */
function verifying(part: Command): Command {
  return part
    .requiredOption('--trust <files...>')
    .option('--intermediates <files...>')
    .option('--crl <files...>')
    .option('--ocsp <files...>')
    .option('--no-revocation')
    .option('--at <instant>');
}

function pkiPathCommand(): Command {
  return verifying(command('path'))
    .argument('<file>')
    .addOption(new Option('--purpose <purpose>').choices(ANCHOR_PURPOSES).default('package-signature'))
    .option('--policy <oids...>')
    .action((file: string, options: PathOptions) =>
      conclude(options, async () => (await import('./cli/pki/path.ts')).pkiPath(file, options)),
    );
}

function verifyCommand(): Command {
  return verifying(command('verify'))
    .argument('<file>')
    .option('--gateway-key <files...>')
    .addOption(new Option('--profile <name>').choices(Object.keys(PROFILES)).default('strict'))
    .action((file: string, options: VerifyOptions) =>
      conclude(options, async () => (await import('./cli/verify/verify.ts')).verifyFile(file, options)),
    );
}

function convertCommand(): Command {
  return command('convert')
    .argument('<file>')
    .addOption(new Option('--to <form>').choices(['edxml', 'json', 'agency']).makeOptionMandatory())
    .option('--out <path>')
    .option('--force')
    .option('--files <folder>')
    .action((file: string, options: ConvertOptions) =>
      conclude(options, async () => (await import('./cli/messages/convert.ts')).convertFile(file, options)),
    );
}

/** Prints a page, or the help of a command, whose parts are named word by word; without a topic the list of both. */
function helpCommand(program: Command): Command {
  return group('help')
    .argument('[topic...]')
    .action((topic: readonly string[]) => {
      const about = topic.reduce<Command | undefined>(partNamed, program);
      if (about !== undefined) {
        about.outputHelp();
        return;
      }
      const names = topics().map(({ name }) => name);
      const page = names.find((name) => name === topic.join(' '));
      if (page === undefined)
        program.error(
          `${topic.join(' ')}
${names.join(', ')}`,
          { code: 'lienthong.topicUnknown' },
        );
      out(pageText(page));
    });
}

function partNamed(whole: Command | undefined, name: string): Command | undefined {
  return whole?.commands.find((part) => part.name() === name);
}

const COMMANDS: readonly (() => Command)[] = [
  serveCommand,
  demoCommand,
  migrateCommand,
  registryCommand,
  heldCommand,
  sendCommand,
  pullCommand,
  traceCommand,
  evidenceCommand,
  verifyCommand,
  convertCommand,
  pkiCommand,
  verifyAuditCommand,
];

/** Thrown by the option `--version`, which ends the reading of a command line as `--help` does. */
const VERSION = new CommanderError(EXIT.done, 'lienthong.version', '');

async function main(argv: readonly string[]): Promise<void> {
  const program = group('lienthong')
    .option('-V, --version')
    .on('option:version', () => {
      throw VERSION;
    })
    .helpCommand(false)
    .addHelpText('after', () => topicsHelp(LANGUAGE));
  for (const make of COMMANDS) program.addCommand(make());
  program.addCommand(helpCommand(program));
  putInLanguage(program, LANGUAGE);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error === VERSION) {
      (await import('./cli/server/version.ts')).printVersion();
      return;
    }
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode !== 0) tellUsage(error, argv.includes('--json'), LANGUAGE);
  }
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await main(process.argv);
