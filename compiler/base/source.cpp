#include "compiler/base/source.h"

#include <algorithm>

namespace policyc {

Span join(Span a, Span b) { return {a.source, std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

SourceId SourceMap::add(std::string name, std::string text) {
  Source source{std::move(name), std::move(text), {0}};
  for (size_t i = 0; i < source.text.size(); ++i) {
    if (source.text[i] == '\n') source.line_begins.push_back(static_cast<uint32_t>(i + 1));
  }
  sources_.push_back(std::move(source));
  return {static_cast<uint32_t>(sources_.size() - 1)};
}

std::string_view SourceMap::text(Span span) const {
  std::string_view whole = text(span.source);
  uint32_t begin = std::min<uint32_t>(span.begin, static_cast<uint32_t>(whole.size()));
  return whole.substr(begin, span.end > begin ? span.end - begin : 0);
}

LineColumn SourceMap::line_column(SourceId id, uint32_t offset) const {
  const std::vector<uint32_t>& begins = sources_.at(id.index).line_begins;
  auto after = std::upper_bound(begins.begin(), begins.end(), offset);
  uint32_t line = static_cast<uint32_t>(after - begins.begin());
  return {line, offset - begins[line - 1] + 1};
}

std::string_view SourceMap::line(SourceId id, uint32_t line) const {
  const Source& source = sources_.at(id.index);
  if (line == 0 || line > source.line_begins.size()) return {};
  uint32_t begin = source.line_begins[line - 1];
  size_t end = line < source.line_begins.size() ? source.line_begins[line] : source.text.size();
  std::string_view found = std::string_view(source.text).substr(begin, end - begin);
  while (!found.empty() && (found.back() == '\n' || found.back() == '\r')) found.remove_suffix(1);
  return found;
}

}  // namespace policyc
