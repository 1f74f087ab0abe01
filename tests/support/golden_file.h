// Golden files: one file is input and expectation. What must be reported stands in comments below the line it is about,
// with carets under the exact columns:
//
//   role mate includes skiper {
//   //                 ^^^^^^ error[E2001]: unknown role `skiper`
//   //                 ^^^^^^ help: did you mean `skipper`?
//
// Lines are `error[..]:`, `warning[..]:`, `label:`, `note:`, `help:` and `fix:`; notes and helps stand where their
// error stands. Where carets cannot point, `@PLACE` does:
//
//   // @1-4 error...                   columns of the line above
//   // @end error...                   the end of the file
//   // @club.policy:3:7-10 error...    another file
//   // @nowhere error...
//
// `//@repeat 5000 TEXT` stands for TEXT written 5000 times on that line; in it `{i}` and `{i+1}` are its number,
// counted from 0.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/base/source.h"

namespace policyc::testing {

// What is expected, as "12:8-13 error[E2001]: unknown role `skiper`", in the order of lines.
std::vector<std::string> expected_lines(const std::string& golden);

// What was reported about `main` and the other sources, in the same form and order.
std::vector<std::string> reported_lines(const Diagnostics& diagnostics, const SourceMap& sources, SourceId main);

// The input that a golden file stands for: repetitions written out, expectations blanked.
std::string expand(const std::string& golden);

// The same with every comment line blanked, for formats that have no comments.
std::string without_comments(const std::string& golden);

// The text after `// key: ` on a line of its own; empty where there is none.
std::string directive(const std::string& golden, const std::string& key);

// What differs between two lists of lines, as "missing: ..." and "unexpected: ..."; empty where nothing does.
std::string difference(std::vector<std::string> expected, std::vector<std::string> reported);

}  // namespace policyc::testing
