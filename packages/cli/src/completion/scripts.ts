import type { Words } from './words.ts';

/** Where nothing of a list fits, bash completes paths, with blanks and all. */
export function printBash(words: Words): string {
  return `# octavus completion for bash. Use: source <(octavus completion bash)
${printList(words)}
_octavus() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$(_octavus_words "$current" "\${COMP_WORDS[@]:1:COMP_CWORD-1}")" -- "$current"))
}
complete -o default -F _octavus octavus
`;
}

/** Sourced, or as a file \`_octavus\` that zsh loads from its \`fpath\` on the first use. */
export function printZsh(words: Words): string {
  return `#compdef octavus
# octavus completion for zsh. Use: source <(octavus completion zsh)
${printList(words)}
_octavus() {
  local list="$(_octavus_words "$words[CURRENT]" "\${(@)words[2,CURRENT-1]}")"
  if [[ -n "$list" ]]; then compadd -- \${=list}; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
if [[ "$funcstack[1]" == _octavus ]]; then _octavus "$@"; else compdef _octavus octavus; fi
`;
}

/** A function of bash and zsh that prints what may stand at a place: the word that is typed, then the words before it. */
function printList({ commands, following, options, values }: Words): string {
  return `_octavus_words() {
  local current="$1" at="" before="" word
  shift
  for word in "$@"; do
    before="$word"
    case "\${at:+$at }$word" in
      ${commands.map(quote).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $before" in
${casesOf(values, (list) => (list.length > 0 ? `${printWords(list)}; return` : 'return'))}
  esac
  case "$current" in
    -*)
      case "$at" in
${casesOf(options, printWords, '    ')}
      esac ;;
    *)
      case "$at" in
${casesOf(following, printWords, '    ')}
      esac ;;
  esac
}`;
}

function casesOf(
  lists: ReadonlyMap<string, readonly string[]>,
  print: (list: readonly string[]) => string,
  indent = '',
): string {
  return [...byList(lists)]
    .map(([list, keys]) => `${indent}    ${keys.map(quote).join('|')}) ${print(list)} ;;`)
    .join('\n');
}

function printWords(list: readonly string[]): string {
  return `echo ${quote(list.join(' '))}`;
}

/** Places that share a list, so that it stands there once. Lists are compared by what is in them. */
function byList(lists: ReadonlyMap<string, readonly string[]>): Map<readonly string[], string[]> {
  const keys = new Map<string, { list: readonly string[]; keys: string[] }>();
  for (const [key, list] of lists) {
    const found = keys.get(list.join(' '));
    if (found) found.keys.push(key);
    else keys.set(list.join(' '), { list, keys: [key] });
  }
  return new Map([...keys.values()].map((entry) => [entry.list, entry.keys]));
}

export function printFish({ commands, following, options, values }: Words): string {
  return `# octavus completion for fish. Use: octavus completion fish | source
function __octavus_words
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    set -e words[1]
    set -l at ''
    set -l before ''
    for word in $words
        set before $word
        set -l longer (string trim -- "$at $word")
        if contains -- "$longer" ${commands.map(quote).join(' ')}
            set at "$longer"
        end
    end
    switch "$at $before"
${fishCasesOf(values)}
        case '*'
            switch "$current"
                case '-*'
                    switch "$at"
${fishCasesOf(options, '            ')}
                    end
                case '*'
                    switch "$at"
${fishCasesOf(following, '            ')}
                    end
            end
    end
end
complete -c octavus -f -a '(__octavus_words)'
`;
}

/** Where there is no list, a path may stand. */
function fishCasesOf(lists: ReadonlyMap<string, readonly string[]>, indent = ''): string {
  return [...byList(lists)]
    .map(([list, keys]) => {
      const print = list.length > 0 ? `printf '%s\\n' ${list.map(quote).join(' ')}` : '__fish_complete_path "$current"';
      return `${indent}        case ${keys.map(quote).join(' ')}\n${indent}            ${print}`;
    })
    .join('\n');
}

function quote(text: string): string {
  return `'${text}'`;
}
