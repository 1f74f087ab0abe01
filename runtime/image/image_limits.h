// How large an image and its parts may be. Far beyond any policy, and small enough that a damaged number in a file does
// not become an allocation or a loop that nobody waits for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace policy {

inline constexpr size_t kLargestImage = size_t{1} << 30;
inline constexpr size_t kLargestFacts = size_t{256} << 20;
inline constexpr size_t kLongestText = size_t{1} << 20;  // of one name, label or place
inline constexpr uint32_t kMostGraphs = 1u << 24;
inline constexpr uint32_t kMostRunAs = 256;
inline constexpr uint32_t kMostSlots = 1u << 24;
inline constexpr uint32_t kMostAttributeBytes = 1u << 24;  // of one table, of users or of the context
inline constexpr uint32_t kMostSecuredColumns = 64;
inline constexpr uint32_t kMostSegments = 64;    // program headers of a library
inline constexpr uint32_t kMostSections = 1024;  // section headers of a library
inline constexpr uint32_t kMostRelocations = 1u << 24;

}  // namespace policy
