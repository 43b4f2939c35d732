#!/usr/bin/env node
// The command line. Each command is loaded only when it is called, so that help and `verify` start at once.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, exitCodesHelp } from './cli/exit-codes.ts';
import type { ConfigOptions } from './cli/serve.ts';
import type { PullOptions } from './cli/pull.ts';
import type { SendOptions } from './cli/send.ts';
import { tellFailure, tellUsage, type CommonOptions } from './cli/terminal.ts';
import type { TraceOptions } from './cli/trace.ts';
import type { VerifyOptions } from './cli/verify.ts';
import { settingsHelp } from './config/settings.ts';
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
      conclude(options, async () => (await import('./cli/serve.ts')).serve(options)),
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
    .addHelpText('after', exitCodesHelp({ done: 'every step came out as told', failed: 'a step did not' }))
    .action((options: DemoOptions) => conclude(options, async () => (await import('./demo/demo.ts')).demo(options)));
}

function sendCommand(): Command {
  return clientCommand('send', 'Send one package (gửi gói tin)')
    .argument('<file>', 'edXML package')
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
      conclude(options, async () => (await import('./cli/send.ts')).sendFile(file, options)),
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
      conclude(options, async () => (await import('./cli/pull.ts')).pullInbox(options)),
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
      conclude(options, async () => (await import('./cli/trace.ts')).traceMessage(id, options)),
    );
}

function verifyCommand(): Command {
  return command('verify', 'Verify a package; needs no database and no network (xác minh gói tin)')
    .argument('<file>', 'edXML package')
    .requiredOption('--trust <files...>', 'trusted certificates: PEM or DER files, or folders of them')
    .option('--crl <files...>', 'revocation lists: files, or folders of them')
    .option('--no-revocation', 'the trusted authorities publish no revocation lists')
    .addOption(new Option('--profile <name>', 'what is required').choices(['strict']).default('strict'))
    .option('--at <instant>', 'judge certificates at this ISO instant instead of now')
    .addHelpText(
      'after',
      exitCodesHelp({
        done: 'passed',
        failed: 'failed',
        undecided: 'undecided: a fact is missing (a revocation list, mostly)',
      }),
    )
    .action((file: string, options: VerifyOptions) =>
      conclude(options, async () => (await import('./cli/verify.ts')).verifyFile(file, options)),
    );
}

const COMMANDS: readonly (() => Command)[] = [
  serveCommand,
  demoCommand,
  sendCommand,
  pullCommand,
  traceCommand,
  verifyCommand,
];

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('lienthong')
    .description('Liên thông: gateway for signed electronic documents of public agencies')
    .exitOverride()
    .showHelpAfterError('(see --help)');
  for (const make of COMMANDS) program.addCommand(make());
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode !== 0 && argv.includes('--json')) tellUsage(error.message);
  }
}

await main(process.argv);
