// Makes the reference of the command line from the commands themselves.
import type { Command, Option } from 'commander';
import { hashlensProgram } from '../src/engine/cli/program.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function defaultOf(option: Option): string {
  if (option.defaultValueDescription !== undefined) return option.defaultValueDescription;
  const value: unknown = option.defaultValue;
  return typeof value === 'string' || typeof value === 'number' || value === true ? `\`${value}\`` : '';
}

/** A command and its subcommands: the words that call it, then the command. */
export function allCommands(program: Command, words: readonly string[] = []): [words: readonly string[], Command][] {
  return program.commands.flatMap((command) => {
    const path = [...words, command.name()];
    const below = allCommands(command, path);
    // A command with arguments of its own does something beside its subcommands.
    const isGroup = command.commands.length > 0 && command.registeredArguments.length === 0;
    return isGroup ? below : [[path, command], ...below];
  });
}

function section([words, command]: [readonly string[], Command]): string {
  const name = words.join(' ');
  const args = command.registeredArguments.map((argument) => {
    const shown = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${shown}>` : `[${shown}]`;
  });
  const lines = [
    `## ${name}`,
    '',
    `    hashlens ${[name, ...args].join(' ')} [options]`,
    '',
    `${command.description()}.`,
    '',
  ];
  const described = command.registeredArguments.filter(({ description }) => description !== '');
  if (described.length > 0) {
    lines.push('| Argument | |', '| --- | --- |');
    for (const argument of described) lines.push(`| \`${argument.name()}\` | ${cell(argument.description)} |`);
    lines.push('');
  }
  const options = command.options.filter((option) => !option.hidden);
  if (options.length > 0) {
    lines.push('| Option | | Default |', '| --- | --- | --- |');
    for (const option of options) {
      const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
      lines.push(`| \`${cell(option.flags)}\` | ${cell(option.description + choices)} | ${cell(defaultOf(option))} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

export function commandReference(): string {
  const head = [
    '# Command reference',
    '',
    'Made from the commands by `npm run docs`; do not edit. How the command line is used: [command-line.md](command-line.md).',
    '',
    'Every command takes `--library <dir>`, the folder of the library (default: the application-data folder).',
    '',
  ];
  return `${head.join('\n')}\n${allCommands(hashlensProgram()).map(section).join('\n')}`;
}
