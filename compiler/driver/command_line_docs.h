// The command line as shells and `man` want it, from the same description that `--help` shows.
//
//   std::optional<std::string> script = completion_script("zsh", describe(app));    // bash, zsh, fish
//   std::string page = man_page(describe(app), compiler_name());                    // roff for man(1)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace policyc {

struct OptionText {
  std::vector<std::string> names;    // "-o", "--output"; of a positional its name, "FILE"
  std::vector<std::string> choices;  // words that it takes; none: anything
  std::string meaning;
  bool is_positional = false;
  bool takes_value = false;
  bool is_required = false;
};

struct CommandText {
  std::string name;  // "import dataverse"
  std::string meaning;
  std::string footer;
  std::vector<OptionText> options;
};

// Every command that does something, "" for the program itself first.
std::vector<CommandText> describe(const CLI::App& app);

// Nothing for a shell that is none of these.
std::optional<std::string> completion_script(std::string_view shell, const std::vector<CommandText>& commands);
std::string man_page(const std::vector<CommandText>& commands, std::string_view program);

}  // namespace policyc
