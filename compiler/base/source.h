// A policy's text, and places in it.
//
//   SourceMap sources;
//   SourceId id = sources.add("club.policy", text);
//   LineColumn place = sources.line_column({id, 120, 125});   // {line 4, column 7}
//
// Every place in the compiler is a Span: a source and a range of bytes in it. Lines and columns are
// made only where a place is shown, both counted from 1; a column counts bytes.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace policyc {

struct SourceId {
  uint32_t index = UINT32_MAX;
  friend bool operator==(SourceId, SourceId) = default;
  friend auto operator<=>(SourceId, SourceId) = default;
};

// Bytes [begin, end) of one source.
struct Span {
  SourceId source;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool is_known() const { return source.index != UINT32_MAX; }
  friend bool operator==(const Span&, const Span&) = default;
};

// The smallest span that holds both; `a` and `b` are of one source.
Span join(Span a, Span b);

struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
  friend bool operator==(LineColumn, LineColumn) = default;
};

// Owns the text of every file of one compilation. References and views stay valid as sources are added.
class SourceMap {
 public:
  SourceId add(std::string name, std::string text);

  const std::string& name(SourceId id) const { return sources_.at(id.index).name; }
  std::string_view text(SourceId id) const { return sources_.at(id.index).text; }
  std::string_view text(Span span) const;
  size_t size() const { return sources_.size(); }

  LineColumn line_column(SourceId id, uint32_t offset) const;
  LineColumn line_column(Span span) const { return line_column(span.source, span.begin); }
  // The text of a line without its line end; empty where there is no such line.
  std::string_view line(SourceId id, uint32_t line) const;

 private:
  struct Source {
    std::string name;
    std::string text;
    std::vector<uint32_t> line_begins;
  };
  std::deque<Source> sources_;
};

}  // namespace policyc
