#include "compiler/driver/command_line_docs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

namespace policyc {

namespace {

// "TEXT:{native,reference}" names what an option takes.
std::vector<std::string> choices_of(const std::string& type_name) {
  const size_t open = type_name.find('{'), close = type_name.rfind('}');
  std::vector<std::string> choices;
  if (open == std::string::npos || close == std::string::npos) return choices;
  std::string word;
  for (char c : type_name.substr(open + 1, close - open - 1) + ",") {
    if (c != ',') {
      word += c;
    } else if (!word.empty()) {
      choices.push_back(std::exchange(word, {}));
    }
  }
  return choices;
}

OptionText describe_option(const CLI::Option& option) {
  OptionText text;
  for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  text.is_positional = text.names.empty();
  if (text.is_positional) text.names.push_back(option.get_name(true));
  text.choices = choices_of(option.get_type_name());
  text.meaning = option.get_description();
  text.takes_value = option.get_items_expected_max() != 0;
  text.is_required = option.get_required();
  return text;
}

void describe_command(const CLI::App& app, const std::string& name, std::vector<CommandText>& commands) {
  const std::vector<const CLI::App*> below = app.get_subcommands([](const CLI::App*) { return true; });
  if (below.empty() || name.empty()) {
    CommandText command{.name = name, .meaning = app.get_description(), .footer = app.get_footer(), .options = {}};
    for (const CLI::Option* option : app.get_options()) command.options.push_back(describe_option(*option));
    commands.push_back(std::move(command));
  }
  for (const CLI::App* one : below) {
    describe_command(*one, name.empty() ? one->get_name() : name + " " + one->get_name(), commands);
  }
}

std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }

// Commands by their first word, each once, with what they mean.
std::vector<CommandText> first_words(const std::vector<CommandText>& commands) {
  std::vector<CommandText> words;
  std::set<std::string> seen;
  for (const CommandText& command : commands) {
    if (command.name.empty() || !seen.insert(first_word(command.name)).second) continue;
    words.push_back(command);
    words.back().name = first_word(command.name);
  }
  return words;
}

// --- shells

// In single quotes.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::vector<std::string> words_of(const CommandText& command) {
  std::vector<std::string> words;
  for (const OptionText& option : command.options) {
    if (!option.is_positional) words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return words;
}

// What a command needs as its next word: that of a longer command, or one of the words that its first argument takes.
// Empty: anything.
std::vector<std::string> next_words(const std::vector<CommandText>& commands, const std::string& first) {
  std::vector<std::string> words;
  for (const CommandText& command : commands) {
    if (first_word(command.name) != first) continue;
    if (command.name != first) words.push_back(command.name.substr(first.size() + 1));
    const auto argument = std::ranges::find(command.options, true, &OptionText::is_positional);
    if (command.name == first && argument != command.options.end()) words = argument->choices;
  }
  return words;
}

// Bash takes `--emit=ir` for three words, of which the second is the sign.
std::string bash_script(const std::vector<CommandText>& commands) {
  std::vector<std::string> names;
  for (const CommandText& command : first_words(commands)) names.push_back(command.name);
  std::string script = fmt::format(
      "# bash completion for policyc; source it, or put it where bash-completion looks.\n"
      "_policyc() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words='' next='' choices=''\n"
      "  if [[ $word == = ]]; then\n"
      "    word=''\n"
      "  elif [[ $before == = ]]; then\n"
      "    before=${{COMP_WORDS[COMP_CWORD-2]}}\n"
      "  fi\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n");
  for (const CommandText& first : first_words(commands)) {
    std::set<std::string> words;
    std::string choices;
    for (const CommandText& command : commands) {
      if (first_word(command.name) != first.name) continue;
      const std::vector<std::string> options = words_of(command);
      words.insert(options.begin(), options.end());
      for (const OptionText& option : command.options) {
        if (option.choices.empty() || option.is_positional) continue;
        choices += fmt::format("        {}) choices='{}' ;;\n", fmt::join(option.names, " | "),
                               fmt::join(option.choices, " "));
      }
    }
    script += fmt::format("    {})\n      words='{}' next='{}'\n", first.name, fmt::join(words, " "),
                          fmt::join(next_words(commands, first.name), " "));
    if (!choices.empty()) script += fmt::format("      case \"$before\" in\n{}      esac\n", choices);
    script += "      ;;\n";
  }
  script += fmt::format(
      "    *) words='{} {}' ;;\n"
      "  esac\n"
      "  if [[ $COMP_CWORD -eq 2 && $word != -* && -n $next ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$next\" -- \"$word\")\n"
      "  elif [[ -n $choices ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
      "  elif [[ $COMP_CWORD -eq 1 || $word == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
      "  else\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\"; compgen -f -- \"$word\")\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _policyc policyc\n",
      fmt::join(names, " "), fmt::join(words_of(commands.front()), " "));
  return script;
}

// Of _arguments: brackets and colons mean something.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// `--emit ir` and `--emit=ir`, `-o file` and `-ofile`: a spec for each name of the option.
std::vector<std::string> zsh_options(const OptionText& option) {
  const std::string values = option.choices.empty() ? "_files" : fmt::format("({})", fmt::join(option.choices, " "));
  std::vector<std::string> specs;
  for (const std::string& name : option.names) {
    const std::string meaning = zsh_text(option.meaning);
    specs.push_back(in_quotes(
        option.takes_value ? fmt::format("{}{}[{}]:value:{}", name, name.starts_with("--") ? "=" : "+", meaning, values)
                           : fmt::format("{}[{}]", name, meaning)));
  }
  return specs;
}

// What _arguments is told of a command, and of longer ones that begin with it; each once.
std::string zsh_arguments(const std::vector<CommandText>& commands, const std::string& first) {
  std::set<std::string> specs;
  for (const CommandText& command : commands) {
    if (first_word(command.name) != first) continue;
    for (const OptionText& option : command.options) {
      if (option.is_positional) continue;
      for (std::string& spec : zsh_options(option)) specs.insert(std::move(spec));
    }
  }
  const std::vector<std::string> next = next_words(commands, first);
  if (!next.empty()) specs.insert(in_quotes(fmt::format("2:word:({})", fmt::join(next, " "))));
  specs.insert(in_quotes("*:file:_files"));
  return fmt::format("{}", fmt::join(specs, " \\\n        "));
}

std::string zsh_script(const std::vector<CommandText>& commands) {
  std::string script =
      "#compdef policyc\n# zsh completion for policyc; put it into a folder of $fpath as _policyc.\n_policyc() {\n"
      "  local -a commands\n  commands=(\n";
  for (const CommandText& command : first_words(commands)) {
    script += fmt::format("    {}\n", in_quotes(fmt::format("{}:{}", command.name, zsh_text(command.meaning))));
  }
  script +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  case \"$words[2]\" in\n";
  for (const CommandText& first : first_words(commands)) {
    script += fmt::format("    {})\n      _arguments \\\n        {}\n      ;;\n", first.name,
                          zsh_arguments(commands, first.name));
  }
  return script + "  esac\n}\n_policyc \"$@\"\n";
}

std::string fish_option(const std::string& condition, const OptionText& option) {
  std::string line = fmt::format("complete -c policyc -n {}", in_quotes(condition));
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.choices.empty()) {
    line += fmt::format(" -x -a {}", in_quotes(fmt::format("{}", fmt::join(option.choices, " "))));
  } else if (option.takes_value) {
    line += " -r";
  }
  return line + fmt::format(" -d {}\n", in_quotes(option.meaning));
}

std::string fish_script(const std::vector<CommandText>& commands) {
  std::string script = "# fish completion for policyc; put it into ~/.config/fish/completions/policyc.fish.\n";
  for (const CommandText& command : first_words(commands)) {
    script += fmt::format("complete -c policyc -f -n __fish_use_subcommand -a {} -d {}\n", command.name,
                          in_quotes(command.meaning));
    const std::vector<std::string> next = next_words(commands, command.name);
    if (next.empty()) continue;
    const std::string words = fmt::format("{}", fmt::join(next, " "));
    script += fmt::format(
        "complete -c policyc -f -n '__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from {}' -a '{}'\n",
        command.name, words, words);
  }
  for (const CommandText& command : commands) {
    const std::string first = first_word(command.name);
    const std::string condition = first.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + first;
    for (const OptionText& option : command.options) {
      if (!option.is_positional) script += fish_option(condition, option);
    }
  }
  return script;
}

// --- man

// Text of roff: a line that begins with a dot or a quote would be a request, a hyphen a line break's.
std::string roff(std::string_view text) {
  std::string out;
  bool at_line_begin = true;
  for (char c : text) {
    if (at_line_begin && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_line_begin = c == '\n';
  }
  return out;
}

std::string man_option(const OptionText& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
  }
  const bool shows_value = option.takes_value && !option.is_positional;
  const std::string value =
      option.choices.empty() ? "\\fIvalue\\fR" : roff(fmt::format("{}", fmt::join(option.choices, "|")));
  return fmt::format(".TP\n{}{}\n{}{}\n", names, shows_value ? " " + value : "", roff(option.meaning),
                     option.is_required ? " (required)" : "");
}

}  // namespace

std::vector<CommandText> describe(const CLI::App& app) {
  std::vector<CommandText> commands;
  describe_command(app, "", commands);
  return commands;
}

std::optional<std::string> completion_script(std::string_view shell, const std::vector<CommandText>& commands) {
  if (shell == "bash") return bash_script(commands);
  if (shell == "zsh") return zsh_script(commands);
  if (shell == "fish") return fish_script(commands);
  return std::nullopt;
}

std::string man_page(const std::vector<CommandText>& commands, std::string_view program) {
  std::string page = fmt::format(
      ".TH POLICYC 1 \"\" \"{}\" \"User commands\"\n.SH NAME\npolicyc \\- {}\n"
      ".SH SYNOPSIS\n.B policyc\n.I command\n[options] [arguments]\n",
      roff(program), roff("policies in text, access checks in machine code"));
  page +=
      ".SH DESCRIPTION\npolicyc checks policies, runs the scenarios written in them, compiles them to images that "
      "host\n"
      "programs load through libpolicy, and answers and explains questions about an organization.\n.SH COMMANDS\n";
  for (const CommandText& command : commands) {
    page += fmt::format(".SS {}\n{}\n", roff(command.name.empty() ? "policyc" : "policyc " + command.name),
                        roff(command.meaning));
    for (const OptionText& option : command.options) page += man_option(option);
    if (!command.footer.empty()) page += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(command.footer));
  }
  return page +
         ".SH EXIT STATUS\n0: fine. 1: the input is wrong. 2: wrong use.\n"
         ".SH ENVIRONMENT\n.TP\n\\fBPOLICYC_CACHE\\fR\nfolder that keeps machine code for later runs; empty: none\n"
         ".TP\n\\fBNO_COLOR\\fR\nany text: no colour\n"
         ".SH SEE ALSO\nlanguage.md, images.md and others that stand as docs/ here, in share/doc/policyc; "
         "policy/policy.h\n";
}

}  // namespace policyc
