// One table of what was measured: as text, as JSON, and as a page with plots that stands alone.
//
//   Report report{.machine = "2 cores, ...", .rows = {}, .plots = {}};
//   report.rows.push_back({.name = "check hot, club", .ours = 3.1, .unit = "ns", .against = "hand-written C++",
//                          .value = 3.0, .ratio = 1.03, .bar = 1.05});
//   fmt::print("{}", text_table(report));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/plot.h"

namespace policyc::bench {

struct Row {
  std::string name;
  double ours = 0;
  std::string unit;
  std::string against;  // empty: with nothing
  std::optional<double> value;
  std::optional<double> ratio;  // ours to value
  std::optional<double> bar;    // the greatest ratio that holds; none: shown only

  bool holds() const { return !bar || (ratio && *ratio <= *bar); }
};

struct Report {
  std::string machine;
  std::vector<std::string> workloads;  // a line each
  std::vector<std::string> skipped;    // what was not measured this time, and why
  std::vector<Row> rows;
  std::vector<Plot> plots;  // of the page alone
};

std::string text_table(const Report& report);
std::string json_rows(const Report& report);
std::string html_page(const Report& report);

}  // namespace policyc::bench
