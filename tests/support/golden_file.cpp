#include "tests/support/golden_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tests/support/files.h"

namespace policyc::testing {
namespace {

struct Place {
  std::string where;  // "12:8-13", "end", "club.policy:3:7-10"
  std::string text;
};

bool starts_like_a_report(std::string_view text) {
  for (std::string_view word : {"error[", "warning[", "label: ", "note: ", "help: ", "fix: "}) {
    if (text.starts_with(word)) return true;
  }
  return false;
}

// `//   ^^^^ error...` or `// @PLACE error...`, about line `above`.
std::optional<Place> expectation(const std::string& line, size_t above) {
  const size_t comment = line.find_first_not_of(" \t");
  if (comment == std::string::npos || line.compare(comment, 2, "//") != 0) return std::nullopt;
  const size_t begin = line.find_first_not_of(' ', comment + 2);
  if (begin == std::string::npos || (line[begin] != '^' && line[begin] != '@')) return std::nullopt;
  const size_t end = line[begin] == '^' ? line.find_first_not_of('^', begin) : line.find(' ', begin);
  if (end == std::string::npos) return std::nullopt;
  std::string text = line.substr(std::min(line.find_first_not_of(' ', end), line.size()));
  text.erase(text.find_last_not_of(" \r") + 1);
  if (!starts_like_a_report(text)) return std::nullopt;
  if (line[begin] == '^') return Place{fmt::format("{}:{}-{}", above, begin + 1, end), text};
  const std::string place = line.substr(begin + 1, end - begin - 1);
  const bool columns_alone = place.find_first_not_of("0123456789-") == std::string::npos;
  return Place{columns_alone ? fmt::format("{}:{}", above, place) : place, text};
}

// Blank lines at the end of a file are of no account.
size_t end_of(std::string_view text) { return text.find_last_not_of(" \n\r") + 1; }

// Only the first line's part of a span is underlined, and never less than one column.
std::string place_of(Span span, const SourceMap& sources, SourceId main) {
  if (!span.is_known()) return "nowhere";
  if (span.source == main && span.begin >= end_of(sources.text(main))) return "end";
  const LineColumn begin = sources.line_column(span);
  const size_t line_size = sources.line(span.source, begin.line).size();
  const size_t width = std::min<size_t>(span.end - span.begin, line_size + 1 - begin.column);
  const std::string columns =
      fmt::format("{}:{}-{}", begin.line, begin.column, begin.column + std::max<size_t>(width, 1) - 1);
  if (span.source == main) return columns;
  const std::string& name = sources.name(span.source);
  return fmt::format("{}:{}", name.substr(name.find_last_of('/') + 1), columns);
}

constexpr std::string_view kRepeat = "//@repeat ";

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

void append_repeated(std::string& expanded, const std::string& line) {
  const size_t space = line.find(' ', kRepeat.size());
  const size_t count = std::stoul(line.substr(kRepeat.size(), space - kRepeat.size()));
  const std::string text = line.substr(space + 1);
  if (text.size() == 1) {
    expanded.append(count, text[0]);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    std::string one = text;
    replace_all(one, "{i}", std::to_string(i));
    replace_all(one, "{i+1}", std::to_string(i + 1));
    expanded += one;
  }
}

}  // namespace

std::vector<std::string> expected_lines(const std::string& golden) {
  std::vector<std::string> found;
  size_t number = 0;
  size_t above = 0;
  for (const std::string& line : lines_of(golden)) {
    ++number;
    if (const auto place = expectation(line, above)) {
      found.push_back(place->where + " " + place->text);
    } else {
      above = number;
    }
  }
  return found;
}

std::vector<std::string> reported_lines(const Diagnostics& diagnostics, const SourceMap& sources, SourceId main) {
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : diagnostics) {
    const std::string place = place_of(diagnostic.span, sources, main);
    const char* severity = diagnostic.severity() == Severity::Error ? "error" : "warning";
    found.push_back(
        fmt::format("{} {}[{}]: {}", place, severity, diagnostic_code(diagnostic.kind), diagnostic.message));
    for (const Label& label : diagnostic.labels) {
      found.push_back(fmt::format("{} label: {}", place_of(label.span, sources, main), label.text));
    }
    for (const std::string& note : diagnostic.notes) found.push_back(fmt::format("{} note: {}", place, note));
    for (const std::string& help : diagnostic.helps) found.push_back(fmt::format("{} help: {}", place, help));
    for (const Fix& fix : diagnostic.fixes) {
      found.push_back(fmt::format("{} fix: {}", place_of(fix.span, sources, main), fix.text));
    }
  }
  return found;
}

std::string expand(const std::string& golden) {
  std::string expanded;
  bool first = true;
  for (const std::string& line : lines_of(golden)) {
    if (!first) expanded += '\n';
    first = false;
    if (line.starts_with(kRepeat)) {
      append_repeated(expanded, line);
    } else if (expectation(line, 1)) {
      expanded.append(line.size(), ' ');
    } else {
      expanded += line;
    }
  }
  return expanded;
}

std::string without_comments(const std::string& golden) {
  std::string text = golden;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const size_t first = text.find_first_not_of(' ', begin);
    if (first != std::string::npos && first < end && text.compare(first, 2, "//") == 0) {
      std::fill(text.begin() + begin, text.begin() + end, ' ');
    }
    begin = end + 1;
  }
  return text;
}

std::string directive(const std::string& golden, const std::string& key) {
  const std::string start = "// " + key + ": ";
  for (const std::string& line : lines_of(golden)) {
    if (line.starts_with(start)) return line.substr(start.size());
  }
  return "";
}

std::string difference(std::vector<std::string> expected, std::vector<std::string> reported) {
  std::string text;
  for (const std::string& line : reported) {
    const auto found = std::find(expected.begin(), expected.end(), line);
    if (found != expected.end()) {
      expected.erase(found);
    } else {
      text += "  unexpected: " + line + "\n";
    }
  }
  for (const std::string& line : expected) text += "  missing:    " + line + "\n";
  return text;
}

}  // namespace policyc::testing
