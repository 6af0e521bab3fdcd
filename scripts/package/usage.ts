// The manual page and the shell completions of `hashlens`, made from the commands, as `--help` is.
import type { Command, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { hashlensProgram } from '../../src/engine/cli/program.ts';
import { allCommands } from '../command-reference.ts';

/** Escapes text for roff: backslashes, hyphens that must stay hyphens, and control characters at a line's start. */
export const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1');

const shown = (command: Command): readonly Option[] => command.options.filter((option) => !option.hidden);

export function manPage(): string {
  const program = hashlensProgram();
  const option = (one: Option): string[] => ['.TP', `\\fB${roff(one.flags)}\\fR`, roff(one.description)];
  const command = ([words, one]: [readonly string[], Command]): string[] => {
    const args = one.registeredArguments.map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    return [
      `.SS ${roff(['hashlens', ...words, ...args].join(' '))}`,
      roff(`${one.description()}.`),
      ...shown(one).flatMap(option),
    ];
  };
  return [
    `.TH HASHLENS 1 "" "Hashlens ${packageFile.version}" "User Commands"`,
    '.SH NAME',
    'hashlens \\- search your own photos in your own words, offline',
    '.SH SYNOPSIS',
    '.B hashlens',
    '[\\fB\\-\\-library\\fR \\fIdir\\fR] \\fIcommand\\fR [\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    roff(program.description()),
    '.SH OPTIONS',
    ...shown(program).flatMap(option),
    '.SH COMMANDS',
    ...allCommands(program).flatMap(command),
    '',
  ].join('\n');
}

interface Entry {
  readonly words: readonly string[];
  readonly description: string;
  /** Names of the commands directly below. */
  readonly below: readonly string[];
  readonly flags: readonly { readonly flag: string; readonly description: string; readonly takesValue: boolean }[];
}

function entries(command: Command, words: readonly string[], inherited: readonly Option[]): Entry[] {
  const options = [...inherited, ...shown(command)];
  const flags = options.flatMap((one) =>
    [one.long, one.short]
      .filter((flag): flag is string => flag !== undefined && flag !== null)
      .map((flag) => ({ flag, description: one.description, takesValue: one.required || one.optional })),
  );
  const own = {
    words,
    description: command.description(),
    below: command.commands.map((one) => one.name()),
    flags: [...flags, { flag: '--help', description: 'show the usage', takesValue: false }],
  };
  return [own, ...command.commands.flatMap((one) => entries(one, [...words, one.name()], options))];
}

/** Completion scripts by the name of the shell. After an option that takes a value, and for arguments, files are offered. */
export function completions(): Readonly<Record<'bash' | 'zsh' | 'fish', string>> {
  const program = hashlensProgram();
  const all = entries(program, [], []);
  return { bash: bash(all), zsh: zsh(all), fish: fish(all) };
}

function bash(all: readonly Entry[]): string {
  const cases = all.map(({ words, below, flags }) => {
    const values = flags.filter((one) => one.takesValue).map((one) => one.flag);
    return [
      `    '${words.join(' ')}')`,
      `      below='${below.join(' ')}'`,
      `      flags='${flags.map((one) => one.flag).join(' ')}'`,
      `      values=' ${values.join(' ')} ' ;;`,
    ].join('\n');
  });
  return `# bash completion for hashlens
_hashlens() {
  local word=\${COMP_WORDS[COMP_CWORD]} place='' below flags values i next
  _hashlens_at ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    next=\${COMP_WORDS[i]}
    if [[ $values == *" $next "* ]]; then
      ((i++))
      ((i == COMP_CWORD)) && { mapfile -t COMPREPLY < <(compgen -f -- "$word"); return; }
    elif [[ " $below " == *" $next "* ]]; then
      place="\${place:+$place }$next"
      _hashlens_at "$place"
    fi
  done
  if [[ $word == -* ]]; then mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  elif [[ -n $below ]]; then mapfile -t COMPREPLY < <(compgen -W "$below" -- "$word")
  else mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
_hashlens_at() {
  case $1 in
${cases.join('\n')}
  esac
}
complete -o filenames -F _hashlens hashlens
`;
}

/** zsh reads bash completions; the script is the same. */
function zsh(all: readonly Entry[]): string {
  return `#compdef hashlens
autoload -U +X bashcompinit && bashcompinit
${bash(all)}`;
}

function fish(all: readonly Entry[]): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = ['# fish completion for hashlens'];
  for (const { words, below, flags } of all) {
    const inside = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const outside = below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(' ')}`] : [];
    const condition = [...inside, ...outside].join('; and ') || 'true';
    for (const name of below) {
      const entry = all.find((one) => one.words.join(' ') === [...words, name].join(' '));
      if (entry !== undefined) {
        lines.push(`complete -c hashlens -f -n ${quote(condition)} -a ${name} -d ${quote(entry.description)}`);
      }
    }
    for (const { flag, description, takesValue } of flags) {
      const name = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
      lines.push(
        `complete -c hashlens -n ${quote(condition)} ${name}${takesValue ? ' -r' : ''} -d ${quote(description)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
