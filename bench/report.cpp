#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace policyc::bench {

namespace {

std::string number(double value) {
  if (value >= 1000) return fmt::format("{:.0f}", value);
  return value >= 100 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}
std::string number(const std::optional<double>& value) { return value ? number(*value) : "-"; }

const char* verdict(const Row& row) {
  if (!row.bar) return "-";
  return row.holds() ? "yes" : "MISSED";
}

std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}
std::string json_number(const std::optional<double>& value) { return value ? fmt::format("{:.6g}", *value) : "null"; }

std::string html_text(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

constexpr const char kPageHead[] = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>policyc: what checks cost</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid #ddd; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.yes { color: #17692f; } .missed { color: #b3261e; font-weight: 600; } .note { color: #666; }
</style></head><body>
<h1>What checks cost</h1>
)";

// The bar as a line, the ratio as a bar; twice the line is the right end.
std::string ratio_bar(const Row& row) {
  if (!row.ratio || !row.bar) return "";
  constexpr double kWidth = 160;
  const double length = std::min(*row.ratio / (2 * *row.bar), 1.0) * kWidth;
  return fmt::format(
      "<svg width=\"{0:.0f}\" height=\"14\" role=\"img\" aria-label=\"{1:.2f} of {2:.2f}\">"
      "<rect width=\"{0:.0f}\" height=\"14\" fill=\"#eee\"/><rect y=\"2\" width=\"{3:.1f}\" height=\"10\" "
      "fill=\"{4}\"/><rect x=\"{5:.0f}\" width=\"2\" height=\"14\" fill=\"#222\"/></svg>",
      kWidth, *row.ratio, *row.bar, length, row.holds() ? "#2e8b57" : "#c9372c", kWidth / 2);
}

}  // namespace

std::string text_table(const Report& report) {
  std::string text = fmt::format("machine: {}\n", report.machine);
  for (const std::string& line : report.workloads) text += line + "\n";
  text += "\n";
  size_t names = 4, against = 7;
  for (const Row& row : report.rows) {
    names = std::max(names, row.name.size());
    against = std::max(against, row.against.size());
  }
  auto add = [&](const auto& name, const auto& ours, const auto& unit, const auto& other, const auto& value,
                 const auto& ratio, const auto& bar, const auto& holds) {
    text += fmt::format("{:<{}}  {:>10}  {:<6}  {:<{}}  {:>10}  {:>7}  {:>6}  {}\n", name, names, ours, unit, other,
                        against, value, ratio, bar, holds);
  };
  add("name", "ours", "unit", "against", "value", "ratio", "bar", "holds");
  size_t held = 0, with_bar = 0;
  for (const Row& row : report.rows) {
    add(row.name, number(row.ours), row.unit, row.against.empty() ? "-" : row.against, number(row.value),
        number(row.ratio), number(row.bar), verdict(row));
    with_bar += row.bar ? 1 : 0;
    held += row.bar && row.holds() ? 1 : 0;
  }
  for (const std::string& line : report.skipped) text += fmt::format("skipped: {}\n", line);
  return text + fmt::format("\n{} of {} bars hold\n", held, with_bar);
}

std::string json_rows(const Report& report) {
  std::string json = "{\"rows\": [";
  const char* separator = "\n";
  for (const Row& row : report.rows) {
    json += fmt::format(
        "{}  {{\"name\": {}, \"ours\": {}, \"unit\": {}, \"against\": {}, \"value\": {}, \"ratio\": {}, \"bar\": {}, "
        "\"holds\": {}}}",
        separator, json_text(row.name), json_number(row.ours), json_text(row.unit), json_text(row.against),
        json_number(row.value), json_number(row.ratio), json_number(row.bar),
        !row.bar ? "null" : (row.holds() ? "true" : "false"));
    separator = ",\n";
  }
  return json + "\n]}\n";
}

std::string html_page(const Report& report) {
  std::string page = kPageHead;
  page += fmt::format("<p>{}</p>\n<p class=\"note\">", html_text(report.machine));
  for (const std::string& line : report.workloads) page += html_text(line) + "<br>\n";
  page +=
      "</p>\n<table><tr><th>what</th><th class=\"n\">ours</th><th>unit</th><th>against</th><th class=\"n\">value</th>"
      "<th class=\"n\">ratio</th><th class=\"n\">bar</th><th>ratio, with the bar as a line</th><th>holds</th></tr>\n";
  for (const Row& row : report.rows) {
    const char* style = !row.bar ? "note" : (row.holds() ? "yes" : "missed");
    page += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td>{}</td><td class=\"{}\">{}</td></tr>\n",
        html_text(row.name), number(row.ours), row.unit, html_text(row.against), number(row.value), number(row.ratio),
        number(row.bar), ratio_bar(row), style, verdict(row));
  }
  page += "</table>\n";
  for (const std::string& line : report.skipped) page += fmt::format("<p>Skipped: {}</p>\n", html_text(line));
  return page + "</body></html>\n";
}

}  // namespace policyc::bench
