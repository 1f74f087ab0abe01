#include "bench/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace policyc::bench {

namespace {

// The drawing, in its own units; the page scales it.
constexpr double kWidth = 520, kHeight = 320;
constexpr double kLeft = 62, kRight = 504, kTop = 12, kBottom = 268;
constexpr size_t kColours = 6;
constexpr int kMostTicks = 7;
constexpr int kMostDecades = 30;

// 1500 is "1.5 k".
std::string tick_text(double value) {
  constexpr const char* kUnits[] = {"", " k", " M", " G"};
  size_t unit = 0;
  for (; std::abs(value) >= 1000 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  return fmt::format("{:.3g}{}", value, kUnits[unit]);
}

// The least of 1, 2, 5, 10, ... that is not less.
double round_step(double step) {
  const double decade = std::pow(10, std::floor(std::log10(step)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * decade >= step * (1 - 1e-9)) return factor * decade;
  }
  return 10 * decade;
}

std::vector<double> linear_ticks(double greatest) {
  const double step = round_step(greatest / (kMostTicks - 1));
  std::vector<double> ticks = {0};
  while (ticks.back() < greatest * (1 - 1e-9)) ticks.push_back(step * static_cast<double>(ticks.size()));
  return ticks;
}

// Decades; with 2 and 5 in between where there are few, and every other one where there are many.
std::vector<double> log_ticks(double least, double greatest) {
  const int first = static_cast<int>(std::floor(std::log10(least) + 1e-9));
  const int last = std::min(static_cast<int>(std::ceil(std::log10(greatest) - 1e-9)), first + kMostDecades);
  const int every = 1 + std::max(last - first, 0) / kMostTicks;
  std::vector<double> ticks;
  for (int decade = first; decade <= std::max(last, first + 1); decade += every) {
    for (double factor : {1.0, 2.0, 5.0}) {
      if (factor == 1 || last - first <= 2) ticks.push_back(factor * std::pow(10, decade));
    }
  }
  while (ticks.size() > 2 && ticks[1] <= least) ticks.erase(ticks.begin());
  while (ticks.size() > 2 && ticks[ticks.size() - 2] >= greatest) ticks.pop_back();
  while (ticks.back() < greatest) ticks.push_back(10 * ticks.back());
  return ticks;
}

// Round values that span those of the points; two at least.
std::vector<double> axis_ticks(Scale scale, double least, double greatest) {
  if (scale == Scale::Log && least > 0) return log_ticks(least, greatest);
  return greatest > 0 ? linear_ticks(greatest) : std::vector<double>{0, 1};
}

bool can_be_drawn(const Plot& plot, const Point& point) {
  const bool x = std::isfinite(point.x) && (plot.x.scale == Scale::Linear ? point.x >= 0 : point.x > 0);
  const bool y = std::isfinite(point.y) && (plot.y.scale == Scale::Linear ? point.y >= 0 : point.y > 0);
  return x && y;
}

class Drawing {
 public:
  explicit Drawing(const Plot& plot) : plot_(plot) {
    for (const Series& series : plot.series) {
      std::vector<Point>& kept = points_.emplace_back();
      for (const Point& point : series.points) {
        if (can_be_drawn(plot, point)) kept.push_back(point);
      }
      all_.insert(all_.end(), kept.begin(), kept.end());
    }
  }

  bool is_empty() const { return all_.empty(); }

  std::string svg() {
    const auto [left, right] = std::ranges::minmax_element(all_, {}, &Point::x);
    const auto [low, high] = std::ranges::minmax_element(all_, {}, &Point::y);
    x_ticks_ = axis_ticks(plot_.x.scale, left->x, right->x);
    y_ticks_ = axis_ticks(plot_.y.scale, low->y, high->y);
    text_ = fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", kWidth, kHeight,
                        html_text(plot_.title));
    draw_axes();
    for (size_t i = 0; i < points_.size(); ++i) draw_series(i);
    return text_ + "</svg>\n";
  }

 private:
  static double place(Scale scale, const std::vector<double>& ticks, double value, double from, double to) {
    const bool log = scale == Scale::Log;
    auto at = [log](double x) { return log ? std::log10(x) : x; };
    const double length = at(ticks.back()) - at(ticks.front());
    return from + (to - from) * (at(value) - at(ticks.front())) / length;
  }
  double x_of(double value) const { return place(plot_.x.scale, x_ticks_, value, kLeft, kRight); }
  double y_of(double value) const { return place(plot_.y.scale, y_ticks_, value, kBottom, kTop); }

  void draw_axes() {
    for (double tick : y_ticks_) {
      text_ += fmt::format(
          "<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
          "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
          kLeft, kRight, y_of(tick), kLeft - 8, y_of(tick) + 4, tick_text(tick));
    }
    for (double tick : x_ticks_) {
      text_ += fmt::format(
          "<line class=\"axis\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>"
          "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
          x_of(tick), kBottom, kBottom + 5, kBottom + 20, tick_text(tick));
    }
    text_ +=
        fmt::format("<line class=\"axis\" x1=\"{0}\" x2=\"{1}\" y1=\"{2}\" y2=\"{2}\"/>\n", kLeft, kRight, kBottom);
    text_ += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                         (kLeft + kRight) / 2, kHeight - 8, html_text(plot_.x.label));
    text_ += fmt::format(
        "<text class=\"label\" transform=\"translate(14 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
        (kTop + kBottom) / 2, html_text(plot_.y.label));
  }

  // Each point says its values when it is pointed at.
  void draw_series(size_t i) {
    std::string line;
    for (const Point& point : points_[i]) line += fmt::format("{:.1f},{:.1f} ", x_of(point.x), y_of(point.y));
    text_ += fmt::format("<g class=\"s{}\"><polyline points=\"{}\"/>\n", i % kColours, line);
    for (const Point& point : points_[i]) {
      text_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"><title>{}: {} at {}</title></circle>\n",
                           x_of(point.x), y_of(point.y), html_text(plot_.series[i].name), tick_text(point.y),
                           tick_text(point.x));
    }
    text_ += "</g>\n";
  }

  const Plot& plot_;
  std::vector<std::vector<Point>> points_;  // of each series: those that can be drawn
  std::vector<Point> all_;
  std::vector<double> x_ticks_, y_ticks_;
  std::string text_;
};

}  // namespace

std::string plot_style() {
  return R"(:root { --s0: #1f66b0; --s1: #c25a12; --s2: #14806a; --s3: #8447a8; --s4: #a3283f; --s5: #6b6b18; }
@media (prefers-color-scheme: dark) {
  :root { --s0: #6cb0f5; --s1: #f2a15c; --s2: #5fd0b4; --s3: #cb9bea; --s4: #f48a9c; --s5: #d3d06a; }
}
figure { margin: 0; display: flex; flex-direction: column; justify-content: space-between; }
figure svg { display: block; width: 100%; height: auto; }
figure h3 { margin: 0 0 .2rem; font-size: 1rem; }
figure svg text { font-size: 14px; fill: var(--quiet); } figure svg text.label { fill: var(--text); }
figure .grid { stroke: var(--line); } figure .axis { stroke: var(--quiet); }
figure polyline { fill: none; stroke: currentColor; stroke-width: 2; } figure circle { fill: currentColor; }
.legend { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.2rem; font-size: .9rem; }
.legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; border-radius: 50%;
  background: currentColor; }
.legend span { color: var(--text); }
.s0 { color: var(--s0); } .s1 { color: var(--s1); } .s2 { color: var(--s2); }
.s3 { color: var(--s3); } .s4 { color: var(--s4); } .s5 { color: var(--s5); }
)";
}

std::string plot_figure(const Plot& plot) {
  Drawing drawing(plot);
  if (drawing.is_empty()) return "";
  std::string text = fmt::format("<figure><h3>{}</h3>\n<ul class=\"legend\">", html_text(plot.title));
  for (size_t i = 0; i < plot.series.size(); ++i) {
    text += fmt::format("<li class=\"s{}\"><i></i><span>{}</span></li>", i % kColours, html_text(plot.series[i].name));
  }
  return text + "</ul>\n" + drawing.svg() + "</figure>\n";
}

std::string html_text(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace policyc::bench
