#include "tests/tidy/source_text.h"

#include <algorithm>
#include <regex>

namespace policyc::testing {
namespace {

// Walks over literals and comments; everything it passes over is blanked in `text`.
class Blanker {
 public:
  explicit Blanker(std::string text) : text_(std::move(text)) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (text_.compare(at_, 2, "//") == 0) {
        blank_to(std::min(text_.find('\n', at_), text_.size()));
      } else if (text_.compare(at_, 2, "/*") == 0) {
        blank_to(after("*/", at_ + 2));
      } else if (text_.compare(at_, 2, "R\"") == 0 && !follows_a_word()) {
        const size_t open = text_.find('(', at_);
        blank_to(after(")" + text_.substr(at_ + 2, open - at_ - 2) + "\"", open));
      } else if (text_[at_] == '"' || (text_[at_] == '\'' && !follows_a_word())) {
        blank_to(end_of_literal());
      } else {
        ++at_;
      }
    }
    return std::move(text_);
  }

 private:
  bool follows_a_word() const { return at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0); }
  size_t after(const std::string& what, size_t from) const {
    const size_t found = text_.find(what, from);
    return found == std::string::npos ? text_.size() : found + what.size();
  }
  size_t end_of_literal() const {
    const char quote = text_[at_];
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text_.size());
  }
  void blank_to(size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  std::string text_;
  size_t at_ = 0;
};

enum class Scope { Space, Function, Other };

// Follows braces, and says what each statement outside functions is.
class Walker {
 public:
  explicit Walker(const std::string& source) : code_(code_alone(source)) { blank_preprocessor(); }

  void run() {
    size_t begin = 0;
    int parentheses = 0;
    for (size_t at = 0; at < code_.size(); ++at) {
      const char c = code_[at];
      if (c == '\n') ++line_;
      if (c == '(') ++parentheses;
      if (c == ')') --parentheses;
      if (parentheses > 0 || (c != '{' && c != '}' && c != ';')) continue;
      const std::string statement = code_.substr(begin, at - begin);
      if (c == '{') {
        open(statement);
      } else if (c == '}') {
        close();
      } else {
        look_at(statement);
      }
      begin = at + 1;
    }
  }

  std::vector<Function> functions;
  std::vector<Finding> statics;

 private:
  struct Open {
    Scope scope = Scope::Space;
    Function function;
  };

  void blank_preprocessor() {
    size_t begin = 0;
    while (begin < code_.size()) {
      size_t end = std::min(code_.find('\n', begin), code_.size());
      const size_t first = code_.find_first_not_of(' ', begin);
      if (first < end && code_[first] == '#') {
        while (end < code_.size() && code_[end - 1] == '\\') end = std::min(code_.find('\n', end + 1), code_.size());
        for (size_t at = begin; at < end; ++at) {
          if (code_[at] != '\n') code_[at] = ' ';
        }
      }
      begin = end + 1;
    }
  }

  bool in_function() const {
    return std::any_of(open_.begin(), open_.end(), [](const Open& open) { return open.scope != Scope::Space; });
  }
  size_t first_line(const std::string& statement) const {
    const size_t first = statement.find_first_not_of(" \n\t");
    if (first == std::string::npos) return line_;
    return line_ - std::count(statement.begin() + first, statement.end(), '\n');
  }

  void open(const std::string& statement) {
    static const std::regex kSpace(R"(\b(namespace|class|struct|union|enum)\b|^\s*extern\s*$)");
    static const std::regex kName(R"(([~\w:]+|operator[^(]*)\s*\()");
    Open open;
    std::smatch match;
    const std::string head = statement.substr(0, statement.find('('));
    if (in_function()) {
      open.scope = Scope::Other;
    } else if (std::regex_search(head, kSpace)) {
      open.scope = Scope::Space;
    } else if (std::regex_search(statement, match, kName)) {
      open.scope = Scope::Function;
      open.function = {match[1], first_line(statement), 0};
    } else {
      open.scope = Scope::Other;
    }
    look_at(statement);
    open_.push_back(open);
  }

  void close() {
    if (open_.empty()) return;
    Open open = open_.back();
    open_.pop_back();
    if (open.scope != Scope::Function) return;
    open.function.lines = line_ - open.function.line + 1;
    functions.push_back(open.function);
  }

  void look_at(const std::string& statement) {
    static const std::regex kStatic(R"(^\s*(static|thread_local|inline)\s)");
    static const std::regex kFixed(
        R"(\b(const|constexpr|consteval|constinit|using|namespace|class|struct|enum|union)\b)");
    const size_t value = statement.find('=');
    const size_t call = statement.find('(');
    const bool function = call != std::string::npos && (value == std::string::npos || call < value);
    if (!std::regex_search(statement, kStatic) || std::regex_search(statement, kFixed) || function) return;
    std::string text = statement.substr(statement.find_first_not_of(" \n"));
    statics.push_back({first_line(statement), text});
  }

  std::string code_;
  std::vector<Open> open_;
  size_t line_ = 1;
};

}  // namespace

std::string code_alone(const std::string& source) { return Blanker(source).run(); }

std::vector<Function> functions_of(const std::string& source) {
  Walker walker(source);
  walker.run();
  return walker.functions;
}

std::vector<Finding> mutable_statics(const std::string& source) {
  Walker walker(source);
  walker.run();
  return walker.statics;
}

size_t columns(const std::string& line) {
  return static_cast<size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace policyc::testing
