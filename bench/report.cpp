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

constexpr const char kPageHead[] = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>policyc: what checks cost</title>
<style>
:root { color-scheme: light dark; --text: #222; --page: #fff; --line: #ddd; --quiet: #666; --fill: #e8e8e8;
  --good: #17692f; --good-bar: #2e8b57; --bad: #b3261e; --bad-bar: #c9372c; --bad-row: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --page: #16181c; --line: #3a3d43; --quiet: #a2a6ad; --fill: #2c2f35;
    --good: #7fd39a; --good-bar: #4fae74; --bad: #ff9d93; --bad-bar: #e5645a; --bad-row: #3a2020; }
}
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem;
  color: var(--text); background: var(--page); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.missed { background: var(--bad-row); }
td.unit { white-space: nowrap; } a { color: inherit; }
.yes { color: var(--good); } td.missed, b.missed { color: var(--bad); font-weight: 600; } .note { color: var(--quiet); }
td svg { display: block; } td svg .whole { fill: var(--fill); } td svg .bar { fill: var(--text); }
td svg .held { fill: var(--good-bar); } td svg .over { fill: var(--bad-bar); }
.table { overflow-x: auto; }
.plots { display: grid; gap: 2rem; margin-top: 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }
@media (min-width: 112rem) {
  body { max-width: 118rem; } .both { display: grid; grid-template: "table plots" auto "made plots" 1fr / 78rem 1fr; }
  .both { gap: 0 2.5rem; } .plots { grid-area: plots; grid-template-columns: 1fr; align-content: start; margin: 0; }
}
)";

// The bar as a line, the ratio as a bar; twice the line is the right end.
std::string ratio_bar(const Row& row) {
  if (!row.ratio || !row.bar) return "";
  constexpr double kWidth = 140;
  const double length = std::min(*row.ratio / (2 * *row.bar), 1.0) * kWidth;
  return fmt::format(
      "<svg width=\"{0:.0f}\" height=\"14\" role=\"img\" aria-label=\"{1:.2f} of {2:.2f}\">"
      "<rect class=\"whole\" width=\"{0:.0f}\" height=\"14\"/><rect class=\"{4}\" y=\"2\" width=\"{3:.1f}\" "
      "height=\"10\"/><rect class=\"bar\" x=\"{5:.0f}\" width=\"2\" height=\"14\"/></svg>",
      kWidth, *row.ratio, *row.bar, length, row.holds() ? "held" : "over", kWidth / 2);
}

struct BarCount {
  size_t held = 0, all = 0;
};
BarCount count_bars(const Report& report) {
  BarCount count;
  for (const Row& row : report.rows) {
    count.all += row.bar ? 1 : 0;
    count.held += row.bar && row.holds() ? 1 : 0;
  }
  return count;
}

std::string html_table(const Report& report) {
  std::string table =
      "<div class=\"table\"><table><tr><th>what</th><th class=\"n\">ours</th><th>unit</th><th>against</th>"
      "<th class=\"n\">value</th><th class=\"n\">ratio</th><th class=\"n\">bar</th>"
      "<th>to the bar</th><th>holds</th></tr>\n";
  for (const Row& row : report.rows) {
    const char* style = !row.bar ? "note" : (row.holds() ? "yes" : "missed");
    table += fmt::format(
        "<tr{}><td>{}</td><td class=\"n\">{}</td><td class=\"unit\">{}</td><td>{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td>{}</td><td class=\"{}\">{}</td></tr>\n",
        row.holds() ? "" : " class=\"missed\"", html_text(row.name), number(row.ours), html_text(row.unit),
        html_text(row.against), number(row.value), number(row.ratio), number(row.bar), ratio_bar(row), style,
        verdict(row));
  }
  return table + "</table></div>\n";
}

}  // namespace

std::string text_table(const Report& report) {
  std::string text = fmt::format("machine: {}\n", report.machine);
  for (const std::string& line : report.workloads) text += line + "\n";
  text += "\n";
  size_t names = 4, units = 4, against = 7;
  for (const Row& row : report.rows) {
    names = std::max(names, row.name.size());
    units = std::max(units, row.unit.size());
    against = std::max(against, row.against.size());
  }
  auto add = [&](const auto& name, const auto& ours, const auto& unit, const auto& other, const auto& value,
                 const auto& ratio, const auto& bar, const auto& holds) {
    text += fmt::format("{:<{}}  {:>10}  {:<{}}  {:<{}}  {:>10}  {:>7}  {:>6}  {}\n", name, names, ours, unit, units,
                        other, against, value, ratio, bar, holds);
  };
  add("name", "ours", "unit", "against", "value", "ratio", "bar", "holds");
  for (const Row& row : report.rows) {
    add(row.name, number(row.ours), row.unit, row.against.empty() ? "-" : row.against, number(row.value),
        number(row.ratio), number(row.bar), verdict(row));
  }
  for (const std::string& line : report.skipped) text += fmt::format("skipped: {}\n", line);
  const BarCount bars = count_bars(report);
  return text + fmt::format("\n{} of {} bars hold\n", bars.held, bars.all);
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
  std::string page = kPageHead + plot_style() + "</style></head><body>\n<h1>What checks cost</h1>\n";
  page += fmt::format("<p>{}</p>\n", html_text(report.machine));
  const BarCount bars = count_bars(report);
  page += fmt::format(
      "<p>{} of {} bars hold{}. <a href=\"#plots\">Plots</a></p>\n", bars.held, bars.all,
      bars.held == bars.all ? "" : fmt::format(", <b class=\"missed\">{} missed</b>", bars.all - bars.held));
  page += "<div class=\"both\">\n<section>\n" + html_table(report);
  for (const std::string& line : report.skipped) page += fmt::format("<p>Skipped: {}</p>\n", html_text(line));
  page += "</section>\n<section class=\"plots\" id=\"plots\">\n";
  for (const Plot& plot : report.plots) page += plot_figure(plot);
  page += "</section>\n<section class=\"note\">\n<h2>Workloads</h2>\n<ul>\n";
  for (const std::string& line : report.workloads) page += fmt::format("<li>{}</li>\n", html_text(line));
  return page + "</ul>\n</section>\n</div>\n</body></html>\n";
}

}  // namespace policyc::bench
