#include "compiler/base/diagnostic_render.h"

#include <algorithm>
#include <map>

namespace policyc {

namespace {

constexpr size_t kTabWidth = 4;
constexpr size_t kLineWidth = 140;     // code points of a source line that are shown
constexpr size_t kBytesAround = 1000;  // bytes looked at on either side of a place in a longer line
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

std::string_view severity_word(Severity severity) { return severity == Severity::Error ? "error" : "warning"; }

// --- text from outside

// Bytes of the UTF-8 character at the start of `text`; 0 where there is none.
size_t character_length(std::string_view text) {
  unsigned char first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  unsigned char second = static_cast<unsigned char>(text[1]);
  bool wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
               (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return wrong ? 0 : length;
}

// U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069: lines, and marks of direction.
bool turns_or_ends_line(std::string_view character) {
  return character == "\u061c" || character == "\u200e" || character == "\u200f" ||
         (character >= "\u2028" && character <= "\u202e") || (character >= "\u2066" && character <= "\u2069");
}

bool is_control(std::string_view character) {
  unsigned char first = static_cast<unsigned char>(character[0]);
  bool c1 = first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
  return first < 0x20 || first == 0x7f || c1 || turns_or_ends_line(character);
}

// Calls `each` for every character; what is no text, or would move a terminal's cursor, as U+FFFD.
template <typename Each>
void for_each_character(std::string_view text, Each each) {
  for (size_t i = 0; i < text.size();) {
    size_t length = character_length(text.substr(i, 4));
    std::string_view character = length == 0 ? kReplacement : text.substr(i, length);
    if (is_control(character) && character != "\t") character = kReplacement;
    each(i, character);
    i += std::max<size_t>(length, 1);
  }
}

// --- one source line, as shown

// Cells of the terminal, and the cell where a byte of the line is shown.
class ShownLine {
 public:
  // `focus` is the byte that has to be seen where the line is too long.
  ShownLine(std::string_view text, size_t focus) {
    size_t begin = 0;
    size_t end = text.size();
    if (end > 2 * kBytesAround) {
      begin = focus > kBytesAround ? focus - kBytesAround : 0;
      end = std::min(text.size(), focus + kBytesAround);
      while (begin < end && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) ++begin;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    }
    for_each_character(text.substr(begin, end - begin), [this, begin](size_t at, std::string_view character) {
      cell_of_[begin + at] = cells_.size();
      if (character == "\t") {
        do cells_.emplace_back(" ");
        while (cells_.size() % kTabWidth != 0);
      } else {
        cells_.emplace_back(character);
      }
    });
    crop(focus, begin > 0, end < text.size());
  }

  const std::string& text() const { return text_; }

  // The cell of a byte, within what is shown.
  size_t cell(size_t byte) const {
    auto after = cell_of_.upper_bound(byte);
    size_t cell = cells_.size();
    if (after == cell_of_.begin()) {
      cell = 0;
    } else if (cell_of_.count(byte) > 0) {
      cell = cell_of_.at(byte);
    } else if (after != cell_of_.end()) {
      cell = std::prev(after)->second;
    }
    return std::clamp(cell, from_, to_) - from_ + prefix_;
  }

 private:
  void crop(size_t focus, bool more_before, bool more_behind) {
    to_ = cells_.size();
    auto found = cell_of_.lower_bound(focus);
    size_t seen = found == cell_of_.end() ? cells_.size() : found->second;
    if (cells_.size() > kLineWidth) {
      from_ = seen > kLineWidth / 2 ? seen - kLineWidth / 2 : 0;
      from_ = std::min(from_, cells_.size() - kLineWidth);
      to_ = from_ + kLineWidth;
    }
    if (from_ > 0 || more_before) {
      text_ = "...";
      prefix_ = 3;
    }
    for (size_t i = from_; i < to_; ++i) text_ += cells_[i];
    if (to_ < cells_.size() || more_behind) text_ += "...";
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
  }

  std::vector<std::string> cells_;
  std::map<size_t, size_t> cell_of_;  // byte of the line, to cell
  size_t from_ = 0;
  size_t to_ = 0;
  size_t prefix_ = 0;
  std::string text_;
};

// --- frames

struct Colours {
  bool on = false;
  std::string paint(std::string_view code, std::string_view text) const {
    if (!on || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
  }
};
constexpr std::string_view kRed = "1;31", kYellow = "1;33", kBlue = "1;34", kCyan = "1;36", kGreen = "1;32",
                           kBold = "1";

struct Mark {
  size_t line = 0;
  size_t begin = 0;  // bytes of the line
  size_t end = 0;
  bool primary = false;
  std::string text;
};

class FrameRenderer {
 public:
  FrameRenderer(const Diagnostic& diagnostic, const SourceMap& sources, bool colour)
      : diagnostic_(diagnostic), sources_(sources), colours_{colour} {}

  std::string run();

 private:
  Mark mark_of(Span span, bool primary, std::string_view text);
  void frame(SourceId source, const std::vector<Mark>& marks, std::string_view arrow);
  void source_line(SourceId source, const std::vector<Mark>& marks);
  void mark_row(const ShownLine& shown, const std::vector<Mark>& marks);
  void label_rows(const ShownLine& shown, std::vector<Mark> labelled);
  void gutter(std::string_view number);
  void footer(std::string_view word, std::string_view colour, std::string_view text);
  std::string_view severity_colour() const { return diagnostic_.severity() == Severity::Error ? kRed : kYellow; }

  const Diagnostic& diagnostic_;
  const SourceMap& sources_;
  Colours colours_;
  size_t width_ = 2;  // of line numbers
  std::string out_;
};

Mark FrameRenderer::mark_of(Span span, bool primary, std::string_view text) {
  LineColumn begin = sources_.line_column(span.source, span.begin);
  size_t line_length = sources_.line(span.source, begin.line).size();
  size_t from = std::min<size_t>(begin.column - 1, line_length);
  size_t length = span.end > span.begin ? span.end - span.begin : 0;
  // Of a place that goes on in the next line, the first line is shown.
  return {begin.line, from, std::min(from + length, line_length), primary, printable(text)};
}

std::string FrameRenderer::run() {
  std::string head = fmt::format("{}[{}]", severity_word(diagnostic_.severity()), diagnostic_code(diagnostic_.kind));
  out_ += colours_.paint(severity_colour(), head) + colours_.paint(kBold, ": " + printable(diagnostic_.message)) + "\n";

  // The diagnostic's own file first, then the others in the order of their labels.
  std::vector<std::pair<SourceId, std::vector<Mark>>> frames;
  auto add = [this, &frames](Span span, bool primary, std::string_view text) {
    if (!span.is_known() || span.source.index >= sources_.size()) return;
    auto same = [span](const auto& frame) { return frame.first == span.source; };
    auto found = std::find_if(frames.begin(), frames.end(), same);
    if (found == frames.end()) found = frames.insert(frames.end(), {span.source, {}});
    found->second.push_back(mark_of(span, primary, text));
  };
  add(diagnostic_.span, true, "");
  for (const Label& label : diagnostic_.labels) add(label.span, false, label.text);

  for (auto& [source, marks] : frames) {
    for (const Mark& mark : marks) width_ = std::max(width_, std::to_string(mark.line).size());
  }
  for (size_t i = 0; i < frames.size(); ++i) {
    frame(frames[i].first, frames[i].second, i == 0 && diagnostic_.span.is_known() ? "-->" : ":::");
  }
  for (const std::string& note : diagnostic_.notes) footer("note", kBold, note);
  for (const std::string& help : diagnostic_.helps) footer("help", kCyan, help);
  for (const Fix& fix : diagnostic_.fixes) footer("fix", kGreen, fix.text);
  return std::move(out_);
}

void FrameRenderer::frame(SourceId source, const std::vector<Mark>& marks, std::string_view arrow) {
  const Mark& place = marks.front();
  Span span = diagnostic_.span.source == source ? diagnostic_.span : Span{};
  LineColumn at = span.is_known()
                      ? sources_.line_column(span)
                      : LineColumn{static_cast<uint32_t>(place.line), static_cast<uint32_t>(place.begin + 1)};
  out_ += std::string(width_, ' ') + colours_.paint(kBlue, arrow);
  out_ += fmt::format(" {}:{}:{}\n", printable(sources_.name(source)), at.line, at.column);
  gutter("");
  out_ += "\n";

  std::map<size_t, std::vector<Mark>> lines;
  for (const Mark& mark : marks) lines[mark.line].push_back(mark);
  size_t before = 0;
  for (const auto& [number, in_line] : lines) {
    if (before > 0 && number > before + 1) out_ += colours_.paint(kBlue, "...") + "\n";
    source_line(source, in_line);
    before = number;
  }
}

void FrameRenderer::gutter(std::string_view number) {
  std::string text = std::string(width_ - std::min(width_, number.size()), ' ') + std::string(number) + " |";
  out_ += colours_.paint(kBlue, text);
}

void FrameRenderer::source_line(SourceId source, const std::vector<Mark>& marks) {
  auto primary = std::find_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.primary; });
  size_t focus = primary == marks.end() ? marks.front().begin : primary->begin;
  ShownLine shown(sources_.line(source, static_cast<uint32_t>(marks.front().line)), focus);
  gutter(std::to_string(marks.front().line));
  out_ += (shown.text().empty() ? "" : " ") + shown.text() + "\n";
  mark_row(shown, marks);
}

void FrameRenderer::mark_row(const ShownLine& shown, const std::vector<Mark>& marks) {
  std::string row;
  for (bool primary : {false, true}) {
    for (const Mark& mark : marks) {
      if (mark.primary != primary) continue;
      size_t begin = shown.cell(mark.begin);
      size_t end = std::max(begin + 1, shown.cell(mark.end));
      if (row.size() < end) row.resize(end, ' ');
      std::fill(row.begin() + static_cast<ptrdiff_t>(begin), row.begin() + static_cast<ptrdiff_t>(end),
                primary ? '^' : '-');
    }
  }
  std::vector<Mark> labelled;
  for (const Mark& mark : marks) {
    if (!mark.text.empty()) labelled.push_back(mark);
  }
  std::stable_sort(labelled.begin(), labelled.end(), [](const Mark& a, const Mark& b) { return a.begin > b.begin; });

  gutter("");
  out_ += ' ';
  for (size_t i = 0; i < row.size();) {
    size_t end = row.find_first_not_of(row[i], i);
    if (end == std::string::npos) end = row.size();
    std::string_view run = std::string_view(row).substr(i, end - i);
    out_ += row[i] == ' ' ? std::string(run) : colours_.paint(row[i] == '^' ? severity_colour() : kBlue, run);
    i = end;
  }
  // The text of the last mark stands behind it, the others below theirs.
  bool last_is_labelled =
      !labelled.empty() && std::max(shown.cell(labelled[0].begin) + 1, shown.cell(labelled[0].end)) == row.size();
  if (last_is_labelled) {
    out_ += " " + colours_.paint(kBlue, labelled[0].text);
    labelled.erase(labelled.begin());
  }
  out_ += "\n";
  label_rows(shown, std::move(labelled));
}

void FrameRenderer::label_rows(const ShownLine& shown, std::vector<Mark> labelled) {
  for (const Mark& mark : labelled) {
    gutter("");
    out_ += std::string(shown.cell(mark.begin) + 1, ' ') + colours_.paint(kBlue, mark.text) + "\n";
  }
}

void FrameRenderer::footer(std::string_view word, std::string_view colour, std::string_view text) {
  out_ += std::string(width_ + 1, ' ') + colours_.paint(kBlue, "=") + " " +
          colours_.paint(colour, std::string(word) + ":") + " " + printable(text) + "\n";
}

// --- JSON

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (size_t i = 0; i < text.size();) {
    size_t length = character_length(text.substr(i, 4));
    unsigned char first = static_cast<unsigned char>(text[i]);
    if (length == 0) {
      result += kReplacement;
    } else if (first == '"' || first == '\\') {
      result += {'\\', text[i]};
    } else if (first < 0x20 || first == 0x7f) {
      result += fmt::format("\\u{:04x}", first);
    } else {
      result += text.substr(i, length);
    }
    i += std::max<size_t>(length, 1);
  }
  return result + "\"";
}

std::string json_place(Span span, const SourceMap& sources) {
  if (!span.is_known() || span.source.index >= sources.size()) return "\"file\":null";
  LineColumn begin = sources.line_column(span.source, span.begin);
  LineColumn end = sources.line_column(span.source, std::max(span.begin, span.end));
  return fmt::format("\"file\":{},\"line\":{},\"column\":{},\"end_line\":{},\"end_column\":{},\"begin\":{},\"end\":{}",
                     json_string(sources.name(span.source)), begin.line, begin.column, end.line, end.column, span.begin,
                     span.end);
}

template <typename Items, typename Print>
std::string json_array(const Items& items, Print print) {
  std::string result = "[";
  for (const auto& item : items) {
    if (result.size() > 1) result += ',';
    result.append(print(item));
  }
  result += ']';
  return result;
}

std::string json_object(const Diagnostic& diagnostic, const SourceMap& sources) {
  auto label = [&sources](const Label& item) {
    return fmt::format("{{{},\"message\":{}}}", json_place(item.span, sources), json_string(item.text));
  };
  auto fix = [&sources](const Fix& item) {
    return fmt::format("{{{},\"replacement\":{},\"message\":{}}}", json_place(item.span, sources),
                       json_string(item.replacement), json_string(item.text));
  };
  return fmt::format(
      "{{\"severity\":\"{}\",\"code\":\"{}\",\"kind\":\"{}\",\"message\":{},{},\"labels\":{},\"notes\":{},\"helps\":{},"
      "\"fixes\":{}}}",
      severity_word(diagnostic.severity()), diagnostic_code(diagnostic.kind), diagnostic_name(diagnostic.kind),
      json_string(diagnostic.message), json_place(diagnostic.span, sources), json_array(diagnostic.labels, label),
      json_array(diagnostic.notes, json_string), json_array(diagnostic.helps, json_string),
      json_array(diagnostic.fixes, fix));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  for_each_character(text, [&result](size_t, std::string_view character) { result.append(character); });
  return result;
}

std::string render_frame(const Diagnostic& diagnostic, const SourceMap& sources, bool colour) {
  return FrameRenderer(diagnostic, sources, colour).run();
}

std::string render_short(const Diagnostic& diagnostic, const SourceMap& sources) {
  std::string result;
  auto fact = [&result, &sources](Span span, const std::string& word, std::string_view text) {
    if (text.empty()) return;
    if (span.is_known() && span.source.index < sources.size()) {
      LineColumn place = sources.line_column(span);
      result += fmt::format("{}:{}:{}: ", printable(sources.name(span.source)), place.line, place.column);
    }
    result += word + ": " + printable(text) + "\n";
  };
  std::string head = fmt::format("{}[{}]", severity_word(diagnostic.severity()), diagnostic_code(diagnostic.kind));
  fact(diagnostic.span, head, diagnostic.message);
  for (const Label& label : diagnostic.labels) fact(label.span, "note", label.text);
  for (const std::string& note : diagnostic.notes) fact(diagnostic.span, "note", note);
  for (const std::string& help : diagnostic.helps) fact(diagnostic.span, "help", help);
  for (const Fix& fix : diagnostic.fixes) fact(diagnostic.span, "fix", fix.text);
  return result;
}

std::string render_json(const Diagnostics& diagnostics, const SourceMap& sources) {
  std::string result = "[";
  for (const Diagnostic& diagnostic : diagnostics) {
    result += (result.size() > 1 ? ",\n " : "\n ") + json_object(diagnostic, sources);
  }
  return result + (result.size() > 1 ? "\n]\n" : "]\n");
}

}  // namespace policyc
