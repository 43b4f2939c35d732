#!/usr/bin/env node
// The command line. Each command is loaded only when it is called, so that help and `verify` start at once.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, exitCodesHelp } from './cli/exit-codes.ts';
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
import { out, tellFailure, tellUsage, type CommonOptions } from './cli/terminal.ts';
import type { TraceOptions } from './cli/messages/trace.ts';
import type { VerifyAuditOptions } from './cli/audit/verify.ts';
import type { VerifyOptions } from './cli/verify/verify.ts';
import { settingsHelp } from './config/settings.ts';
import { ANCHOR_PURPOSES } from './core/registry/anchor.ts';
import type { DemoOptions } from './demo/demo.ts';

type Options<T> = CommonOptions & T;

/** Runs a command; what it throws is told, and becomes the exit status. */
async function conclude(options: CommonOptions, run: () => Promise<number>): Promise<void> {
  process.exitCode = await run().catch((error: unknown) => tellFailure(options, error));
}

const seconds = (text: string): number => {
  if (!/^\d{1,5}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('a number of seconds is wanted');
  return Number(text);
};

const days = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('a number of days is wanted');
  return Number(text);
};

const port = (text: string): string => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('a port is wanted');
  return text;
};

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON object and nothing else on standard output')
    .addOption(new Option('--lang <language>', 'language of texts people read').choices(['vi', 'en']).default('vi'))
    .showHelpAfterError('(see --help)')
    .exitOverride();
}

/** A command that works on the gateway's own database and folders. */
function operatorCommand(name: string, description: string): Command {
  return command(name, description)
    .option('--config <file>', 'JSON file with settings (LIENTHONG_CONFIG)')
    .option('--data <folder>', 'data folder (LIENTHONG_DATA_DIR)');
}

/** A command that talks to a gateway as one of its clients. */
function clientCommand(name: string, description: string): Command {
  return command(name, description)
    .option('--credentials <file>', 'JSON file with gateway, client and secret')
    .option('--gateway <url>', 'address of the gateway')
    .option('--client <id>', 'client id')
    .option('--secret-file <file>', 'file that holds the client secret')
    .option('--patience <seconds>', 'go on trying this long when the gateway cannot be reached', seconds, 10);
}

function serveCommand(): Command {
  return operatorCommand('serve', 'Run the gateway (chạy hệ thống liên thông)')
    .option('--roles <list>', 'api, worker, scheduler; all without it (LIENTHONG_ROLES)')
    .option('--host <address>', 'address to listen on (LIENTHONG_HTTP_HOST)')
    .option('--port <number>', 'port to listen on (LIENTHONG_HTTP_PORT)', port)
    .addHelpText('after', () => `\n${settingsHelp()}`)
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'stopped in order',
        unavailable: 'data folder or port in use, or a part it needs cannot be reached',
      }),
    )
    .action((options: Options<ConfigOptions>) =>
      conclude(options, async () => (await import('./cli/server/serve.ts')).serve(options)),
    );
}

function demoCommand(): Command {
  return command('demo', 'Show a signed document crossing the gateway on this machine (trình diễn)')
    .option('--exit', 'end after the last step; status 0 only if every step came out as told')
    .option('--data <folder>', 'data folder of the demonstration', './data/demo')
    .option('--port <number>', 'port of its gateway; a free one without it', port)
    .option('--patience <seconds>', 'longest wait of a step', seconds, 20)
    .option('--credentials <file>', 'run against a gateway that is there already, as these clients')
    .option('--gateway <url>', 'its address, in place of the one in the file')
    .option('--ledgers <folder>', 'where the receivers write down what they took')
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'every step came out as told',
        failed: 'a step did not',
        unavailable: 'data folder or port in use',
      }),
    )
    .action((options: DemoOptions) => conclude(options, async () => (await import('./demo/demo.ts')).demo(options)));
}

function migrateCommand(): Command {
  return operatorCommand('migrate', "Bring the database's schema up to this program (nâng cấp cơ sở dữ liệu)")
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'applied, or nothing to change',
        unavailable: 'the database cannot be reached, or is newer than this program',
      }),
    )
    .action((options: Options<ConfigOptions>) =>
      conclude(options, async () => (await import('./cli/server/migrate.ts')).migrateDatabase(options)),
    );
}

function verifyAuditCommand(): Command {
  return operatorCommand('verify-audit', 'Check that the audit log is whole (kiểm tra nhật ký)')
    .option('--head <file>', 'a head kept elsewhere, as --json prints it')
    .option('--key <file...>', 'PEM public keys or certificates that signed heads')
    .option('--trust <path...>', 'trusted certificates of time-stamp authorities')
    .option('--export <folder>', 'write the newest stamped head as files for openssl')
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'whole',
        failed: 'a row is changed, missing or out of order',
        unavailable: 'the database cannot be reached',
      }),
    )
    .action((options: VerifyAuditOptions) =>
      conclude(options, async () => (await import('./cli/audit/verify.ts')).verifyAuditLog(options)),
    );
}

function registryCommand(): Command {
  const apply = operatorCommand('apply', 'Make the registry what a file says (nạp danh bạ)')
    .argument('<file>', 'registry file: organisations, connections, clients, trust')
    .addHelpText(
      'after',
      exitCodesHelp({ done: 'applied, or nothing to change', unavailable: 'the database cannot be reached' }),
    )
    .action((file: string, options: Options<ConfigOptions>) =>
      conclude(options, async () => (await import('./cli/registry/registry.ts')).registryApply(file, options)),
    );
  return new Command('registry')
    .description('Organisations, connections and trust (danh bạ)')
    .exitOverride()
    .addCommand(apply);
}

function heldCommand(): Command {
  const load = () => import('./cli/held/held.ts');
  const unavailable = 'the database cannot be reached';
  const list = operatorCommand('list', 'What waits for a verdict, and whose silence it waits for')
    .addHelpText('after', exitCodesHelp({ done: 'listed', unavailable }))
    .action((options: Options<ConfigOptions>) => conclude(options, async () => (await load()).heldList(options)));
  const decision = (name: string, description: string, to: 'released' | 'returned'): Command =>
    operatorCommand(name, description)
      .argument('<id>', 'id of the message')
      .requiredOption('--reason <text>', 'why, for the audit log')
      .addHelpText('after', exitCodesHelp({ done: 'decided', failed: 'none of this id is held', unavailable }))
      .action((id: string, options: DecideOptions) =>
        conclude(options, async () => (await load()).heldDecide(id, to, options)),
      );
  return new Command('held')
    .description('Messages that wait for a verdict (gói tin chờ xác minh)')
    .exitOverride()
    .addCommand(list)
    .addCommand(decision('release', 'Let one go on its way, marked as unchecked', 'released'))
    .addCommand(decision('return', 'Give one back to its sender', 'returned'));
}

function sendCommand(): Command {
  return clientCommand('send', 'Send one package (gửi gói tin)')
    .argument('<file>', 'edXML package or agency package (ZIP)')
    .option('--idempotency-key <key>', 'key of this sending; made from the content without it')
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'accepted, now or before',
        failed: 'refused',
        unavailable: 'the gateway cannot be reached',
      }),
    )
    .action((file: string, options: SendOptions) =>
      conclude(options, async () => (await import('./cli/messages/send.ts')).sendFile(file, options)),
    );
}

function pullCommand(): Command {
  return clientCommand('pull', 'Take what waits in the inbox and acknowledge it (nhận gói tin)')
    .option('--into <folder>', 'where packages are written', '.')
    .option('--wait <seconds>', 'wait this long for a first one', seconds, 0)
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'everything there was is taken',
        failed: 'the gateway refused',
        unavailable: 'the gateway cannot be reached',
      }),
    )
    .action((options: PullOptions) =>
      conclude(options, async () => (await import('./cli/messages/pull.ts')).pullInbox(options)),
    );
}

function traceCommand(): Command {
  return clientCommand('trace', 'Show where each copy of a message is, and what happened (tra cứu)')
    .argument('<id>', 'id of a message')
    .addHelpText(
      'after',
      exitCodesHelp({ done: 'found', failed: 'not found, or not yours', unavailable: 'the gateway cannot be reached' }),
    )
    .action((id: string, options: TraceOptions) =>
      conclude(options, async () => (await import('./cli/messages/trace.ts')).traceMessage(id, options)),
    );
}

function evidenceCommand(): Command {
  return clientCommand('evidence', 'Fetch everything that proves the verdict on a message (tải hồ sơ chứng cứ)')
    .argument('<id>', 'id of a message')
    .requiredOption('--out <path>', 'file of the container (.asice)')
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'fetched',
        failed: 'not found, or not yours',
        unavailable: 'the gateway cannot be reached',
      }),
    )
    .action((id: string, options: EvidenceOptions) =>
      conclude(options, async () => (await import('./cli/messages/evidence.ts')).fetchEvidence(id, options)),
    );
}

/** Options of one `pki` command: the folder, and what the command itself takes. */
type PkiOptions<T> = T & { readonly folder: string };

function pkiPart(name: string, description: string): Command {
  return command(name, description).option('--folder <folder>', 'where authority and keys lie', './data/pki');
}

function keyOption(): Option {
  return new Option('--key <kind>', 'kind of a new key').choices(['ec', 'rsa', 'rsa-2048']);
}

/** A development authority; for real traffic the anchors are those of the national ones. */
function pkiCommand(): Command {
  const load = () => import('./cli/pki/pki.ts');
  const codes = exitCodesHelp({ done: 'done, or so already' });
  const init = pkiPart('init', 'Make the authority and its revocation list')
    .option('--name <name>', 'name of the authority')
    .addOption(keyOption())
    .option('--crl-days <days>', 'days until the next list', days)
    .action((options: PkiOptions<InitOptions>) =>
      conclude(options, async () => (await load()).pkiInit(options.folder, options)),
    );
  const issue = pkiPart('issue', 'Issue a signing certificate to an organisation')
    .requiredOption('--organisation <code>', 'code of the organisation')
    .requiredOption('--name <name>', 'name of the organisation')
    .option('--days <days>', 'days of validity', days)
    .addOption(keyOption())
    .option('--renew', 'issue anew with the same key')
    .action((options: PkiOptions<IssueCertificateOptions>) =>
      conclude(options, async () => (await load()).pkiIssue(options.folder, options)),
    );
  const revoke = pkiPart('revoke', "Revoke an organisation's certificate and publish the list")
    .requiredOption('--organisation <code>', 'code of the organisation')
    .option('--reason <reason>', 'a reason of RFC 5280, such as keyCompromise')
    .option('--crl-days <days>', 'days until the next list', days)
    .action((options: PkiOptions<RevokeOptions>) =>
      conclude(options, async () => (await load()).pkiRevoke(options.folder, options)),
    );
  const crl = pkiPart('crl', 'Publish a new revocation list')
    .option('--crl-days <days>', 'days until the next list', days)
    .action((options: PkiOptions<CrlCommandOptions>) =>
      conclude(options, async () => (await load()).pkiCrl(options.folder, options)),
    );
  const parts = [init, issue, revoke, crl];
  const whole = new Command('pki')
    .description('Development authority, organisation keys, certificate paths (khóa và chứng thư số)')
    .exitOverride();
  for (const part of parts) whole.addCommand(part.addHelpText('after', codes));
  return whole.addCommand(pkiPathCommand()).addCommand(pkiHorizonCommand());
}

function pkiHorizonCommand(): Command {
  return operatorCommand('horizon', 'Tell what of the registry ends when, and whose documents it stops')
    .option('--days <days>', 'how far to look ahead', days, 90)
    .addHelpText('after', exitCodesHelp({ done: 'told', unavailable: 'the database cannot be reached' }))
    .action((options: Options<HorizonOptions>) =>
      conclude(options, async () => (await import('./cli/pki/horizon.ts')).pkiHorizon(options)),
    );
}

/** What commands that verify take besides the file. */
function verifying(part: Command): Command {
  return part
    .requiredOption('--trust <files...>', 'trusted certificates: PEM or DER files, or folders of them')
    .option('--intermediates <files...>', 'certificates of authorities in between: files, or folders of them')
    .option('--crl <files...>', 'revocation lists: files, or folders of them')
    .option('--ocsp <files...>', 'OCSP answers: files, or folders of them')
    .option('--no-revocation', 'the trusted authorities publish no revocation lists')
    .option('--at <instant>', 'judge certificates at this ISO instant instead of now')
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'passed',
        failed: 'failed',
        undecided: 'undecided: a fact is missing (a revocation list, mostly)',
      }),
    );
}

function pkiPathCommand(): Command {
  return verifying(command('path', 'Verify a certificate by itself; needs no database and no network'))
    .argument('<file>', 'certificate, PEM or DER; others behind it in the file help to find its path')
    .addOption(
      new Option('--purpose <purpose>', 'what the certificate shall serve')
        .choices(ANCHOR_PURPOSES)
        .default('package-signature'),
    )
    .option('--policy <oids...>', 'certificate policies, one of which must hold along the whole path')
    .action((file: string, options: PathOptions) =>
      conclude(options, async () => (await import('./cli/pki/path.ts')).pkiPath(file, options)),
    );
}

function verifyCommand(): Command {
  return verifying(command('verify', 'Verify a package; needs no database and no network (xác minh gói tin)'))
    .argument('<file>', 'edXML package, PDF file or evidence container (.asice)')
    .option('--gateway-key <files...>', 'keys or certificates of the gateway that made an evidence container')
    .addOption(
      new Option(
        '--profile <name>',
        'what decides: the package signature (strict; legacy-sha1 with RSA-SHA1), those of the documents (document, axis)',
      )
        .choices(Object.keys(PROFILES))
        .default('strict'),
    )
    .action((file: string, options: VerifyOptions) =>
      conclude(options, async () => (await import('./cli/verify/verify.ts')).verifyFile(file, options)),
    );
}

function convertCommand(): Command {
  return command('convert', 'Put a package into another form (chuyển đổi định dạng gói tin)')
    .argument('<file>', 'edXML package, JSON form or agency package (ZIP); a file, not a pipe')
    .addOption(
      new Option('--to <form>', 'form of the result').choices(['edxml', 'json', 'agency']).makeOptionMandatory(),
    )
    .option('--out <path>', 'file of the result; standard output without it')
    .option('--force', 'write over what is there')
    .option('--files <folder>', 'where the files lie that a JSON text names without their content')
    .addHelpText('after', exitCodesHelp({ done: 'converted', failed: 'the package cannot be read, or not be put so' }))
    .action((file: string, options: ConvertOptions) =>
      conclude(options, async () => (await import('./cli/messages/convert.ts')).convertFile(file, options)),
    );
}

/** Prints a page, or the help of a command, whose parts are named word by word; without a topic the list of both. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('Print a page of the documentation, or the help of a command')
    .argument('[topic...]', 'page or command')
    .exitOverride()
    .action((topic: readonly string[]) => {
      const about = topic.reduce<Command | undefined>(partNamed, program);
      if (about !== undefined) {
        about.outputHelp();
        return;
      }
      const names = topics().map(({ name }) => name);
      const page = names.find((name) => name === topic.join(' '));
      if (page === undefined) program.error(`unknown topic; pages: ${names.join(', ')}`);
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
  const program = new Command('lienthong')
    .description('Liên thông: gateway for signed electronic documents of public agencies')
    .option('-V, --version', 'print version, commit, Node and schema')
    .on('option:version', () => {
      throw VERSION;
    })
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .helpCommand(false)
    .addHelpText('after', topicsHelp);
  for (const make of COMMANDS) program.addCommand(make());
  program.addCommand(helpCommand(program));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error === VERSION) {
      (await import('./cli/server/version.ts')).printVersion();
      return;
    }
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode !== 0 && argv.includes('--json')) tellUsage(error.message);
  }
}

await main(process.argv);
