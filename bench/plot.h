// A plot, and its drawing as SVG that stands in a page: no scripts, colours from the page's style (`plot_style`).
//
//   Plot plot{.title = "A check, by the number of records", .x = {"records", Scale::Log}, .y = {"ns"}, .series = {}};
//   plot.series.push_back({"compiled", {{1'000, 8.1}, {1'000'000, 95}}});
//   page += plot_figure(plot);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace policyc::bench {

enum class Scale : uint8_t { Linear, Log };  // a linear axis begins at 0; a log axis takes what is above 0

struct Axis {
  std::string label;
  Scale scale = Scale::Linear;
};
struct Point {
  double x = 0;
  double y = 0;
};
struct Series {
  std::string name;
  std::vector<Point> points;  // ascending by x
};
struct Plot {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
};

// For light and dark pages.
std::string plot_style();
// A figure with title, legend and drawing; nothing where no point can be drawn.
std::string plot_figure(const Plot& plot);

// Text as HTML and its attributes have it.
std::string html_text(const std::string& text);

}  // namespace policyc::bench
