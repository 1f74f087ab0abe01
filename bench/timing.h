// Times two ways of doing one thing within one run: round by round, one after the other, each first in every other
// round, so that whatever else the machine does hits both.
//
//   Paired times = time_paired(21, ours, theirs);       // each does its whole work once and gives nanoseconds per item
//   times.ours, times.theirs, times.ratio               // medians; the ratio is the median of the rounds' ratios
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace policyc::bench {

// Keeps `value` from being optimised away.
template <typename T>
inline void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

template <typename Work>
double seconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Asks every call of the list `turns` times over; nanoseconds for one.
template <typename Call, typename Ask>
double time_calls(const std::vector<Call>& calls, size_t turns, Ask ask) {
  size_t allowed = 0;
  const double elapsed = seconds([&] {
    for (size_t turn = 0; turn < turns; ++turn) {
      for (const Call& call : calls) allowed += ask(call) ? 1 : 0;
    }
  });
  keep(allowed);
  return elapsed * 1e9 / static_cast<double>(calls.size() * turns);
}

struct Paired {
  double ours = 0;
  double theirs = 0;
  double ratio = 0;
};

template <typename Ours, typename Theirs>
Paired time_paired(size_t rounds, Ours ours, Theirs theirs) {
  std::vector<double> of_ours, of_theirs, ratios;
  for (size_t round = 0; round < rounds + 1; ++round) {
    double a = 0, b = 0;
    if (round % 2 == 0) a = ours();
    b = theirs();
    if (round % 2 == 1) a = ours();
    if (round == 0) continue;  // warms caches and branch predictors
    of_ours.push_back(a);
    of_theirs.push_back(b);
    ratios.push_back(a / b);
  }
  return {median(of_ours), median(of_theirs), median(ratios)};
}

}  // namespace policyc::bench
