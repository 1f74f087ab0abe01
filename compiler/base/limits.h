// Every bound of the compiler, with its reason. A bound that is reached ends in a diagnostic.
#pragma once

#include <cstddef>
#include <cstdint>

namespace policyc::limits {

// Spans are 32 bits wide; far above any policy a person or an importer writes.
inline constexpr size_t kSourceBytes = 256u << 20;
// Open brackets at one place. The parser and the checker recurse once for each.
inline constexpr size_t kNestingDepth = 256;
// More are not shown: a file that is no policy at all must not print a message for each byte.
inline constexpr size_t kSyntaxErrors = 100;
// Errors, and warnings, that a host of the compiler is told of one by one: each is rendered.
inline constexpr size_t kToldDiagnostics = 100;
// Files reached by `use`, so that a generated ring of files ends.
inline constexpr size_t kUsedFiles = 1000;
// Comparisons in one condition, counted after `in` lists are written out.
inline constexpr size_t kConditionTerms = 4096;
// Comparisons in all conditions of a policy; one under `every table` counts once for each table.
inline constexpr size_t kPolicyTerms = 1u << 20;
// Grants of a policy as written, `every table` and `all` written out: a full matrix of 1,000 tables and 1,000 roles.
inline constexpr size_t kPolicyGrants = 8u << 20;
// Grants of all roles together, those of included roles counted again for each role that includes them.
inline constexpr size_t kHeldGrants = 64u << 20;
// Roles reached by `includes` from one role; the flattened grants are stored for each role.
inline constexpr size_t kRoleGrants = 4u << 20;
// Depth of nested values in a facts file; the schema needs 5.
inline constexpr size_t kFactsDepth = 32;
// Depth of the unit tree: walks go up one unit at a time.
inline constexpr size_t kUnitDepth = 1000;
// Secured columns of one table: a decision tells of them in one word of bits.
inline constexpr size_t kSecuredColumns = 64;
// Questions of one decision, nodes that are used twice counted twice; conditions of the largest policy stay below.
inline constexpr size_t kGraphQuestions = 16u << 20;
// Of a decision that is compiled for many rows at once; rows of larger ones are checked one by one. Questions as above,
// brackets at one place, columns of attributes (their last rows are copied to the stack, a kilobyte each).
inline constexpr size_t kFilterQuestions = 512;
inline constexpr size_t kImageFilterQuestions = 96;  // of an image, where all filters are compiled, wanted or not
inline constexpr size_t kFilterDepth = 64;
inline constexpr size_t kFilterColumns = 64;
// Machine code that is kept for later runs, all files together, and the largest one that is read.
inline constexpr uint64_t kCodeCacheBytes = 256u << 20;
inline constexpr uint64_t kCodeCacheFileBytes = 64u << 20;
// Candidates compared for `did you mean`.
inline constexpr size_t kSuggestionCandidates = 20000;
// Names compared for `did you mean` in one run: a file of unknown names only still ends soon.
inline constexpr size_t kSuggestionWork = 4u << 20;

}  // namespace policyc::limits
