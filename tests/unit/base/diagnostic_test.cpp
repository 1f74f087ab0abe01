#include "compiler/base/diagnostic.h"

#include <gtest/gtest.h>

#include <set>

namespace policyc {
namespace {

constexpr SourceId kSource{0};

TEST(Diagnostics, KindsHaveUniqueCodesAndNames) {
  std::set<std::string_view> codes, names;
  for (DiagnosticKind kind : all_diagnostic_kinds()) {
    EXPECT_TRUE(codes.insert(diagnostic_code(kind)).second) << diagnostic_code(kind);
    EXPECT_TRUE(names.insert(diagnostic_name(kind)).second) << diagnostic_name(kind);
    char letter = diagnostic_severity(kind) == Severity::Error ? 'E' : 'W';
    EXPECT_EQ(diagnostic_code(kind)[0], letter) << diagnostic_name(kind);
  }
}

TEST(Diagnostics, ReportFillsThePattern) {
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownName, {kSource, 3, 7}, "role", "mate")
      .label({kSource, 1, 2}, "here")
      .note("n")
      .help("")
      .fix({kSource, 0, 1}, "x", "f");
  ASSERT_EQ(diagnostics.size(), 1u);
  const Diagnostic& only = *diagnostics.begin();
  EXPECT_EQ(only.message, "unknown role `mate`");
  EXPECT_EQ(only.labels.size(), 1u);
  EXPECT_EQ(only.notes.size(), 1u);
  EXPECT_TRUE(only.helps.empty()) << "an empty help says nothing";
  EXPECT_EQ(only.fixes.size(), 1u);
}

TEST(Diagnostics, RepetitionsAreDropped) {
  Diagnostics diagnostics;
  for (int i = 0; i < 3; ++i) diagnostics.report(DiagnosticKind::UnknownLevel, {kSource, 3, 7}, "x").note("once");
  EXPECT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics.begin()->notes.size(), 1u);
  Diagnostics others;
  others.report(DiagnosticKind::UnknownLevel, {kSource, 3, 7}, "x");
  others.report(DiagnosticKind::UnknownLevel, {kSource, 4, 7}, "x");
  diagnostics.append(std::move(others));
  EXPECT_EQ(diagnostics.size(), 2u);
  EXPECT_EQ(diagnostics.error_count(), 2u);
}

TEST(Diagnostics, SortsByPlaceAndStaysAbleToDrop) {
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, {kSource, 9, 10}, "b");
  diagnostics.report(DiagnosticKind::LevelNone, {kSource, 2, 3});
  diagnostics.report(DiagnosticKind::UnknownLevel, {kSource, 2, 3}, "a");
  diagnostics.sort();
  std::vector<uint32_t> places;
  for (const Diagnostic& diagnostic : diagnostics) places.push_back(diagnostic.span.begin);
  EXPECT_EQ(places, (std::vector<uint32_t>{2, 2, 9}));
  EXPECT_EQ(diagnostics.begin()->kind, DiagnosticKind::LevelNone) << "order reported at one place";
  diagnostics.report(DiagnosticKind::UnknownLevel, {kSource, 9, 10}, "b");
  EXPECT_EQ(diagnostics.size(), 3u);
}

TEST(Diagnostics, ManyReportsStayCheap) {
  Diagnostics diagnostics;
  for (uint32_t i = 0; i < 200000; ++i) diagnostics.report(DiagnosticKind::UnknownLevel, {kSource, i / 2, i}, "x");
  EXPECT_EQ(diagnostics.size(), 200000u);
}

TEST(DidYouMean, Nearest) {
  struct Case {
    const char* word;
    std::vector<std::string_view> candidates;
    const char* expected;
  };
  const Case cases[] = {
      {"skiper", {"harbour_master", "skipper"}, "skipper"},
      {"teh", {"ten", "the"}, "ten"},            // ties: the first
      {"wirte", {"write", "wire"}, "write"},     // a swap is one slip
      {"BoatTrip", {"boat_trip"}, "boat_trip"},  // case and underscores are one slip
      {"boat-trip", {"boat_trip"}, "boat_trip"},
      {"a", {"b"}, ""},
      {"xyzzy", {"skipper"}, ""},
      {"read", {"read"}, ""},  // the word itself is no suggestion
      {"", {"read"}, ""},
      {"reed", {"", "read"}, "read"},
  };
  for (const Case& each : cases) {
    std::string expected = *each.expected == 0 ? "" : "did you mean `" + std::string(each.expected) + "`?";
    EXPECT_EQ(did_you_mean(each.word, each.candidates), expected) << each.word;
  }
}

TEST(DidYouMean, LongWordsAreNoSlips) {
  std::string word(100000, 'a');
  EXPECT_EQ(did_you_mean(word, {std::string_view(word).substr(1)}), "");
}

}  // namespace
}  // namespace policyc
