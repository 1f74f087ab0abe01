#include "compiler/dataverse/decode.h"

#include <gtest/gtest.h>

#include "tests/unit/dataverse/scratch_folder.h"

namespace policyc::dataverse {
namespace {

using namespace std::string_literals;

std::string decoded(const std::string& bytes) {
  Result<std::string> text = decode_text(bytes);
  return text ? *text : "failed: " + text.error();
}

bool fails(const std::string& bytes) { return !decode_text(bytes); }

TEST(Decode, TakesUtf8WithAndWithoutMark) {
  EXPECT_EQ(decoded("<a/>"), "<a/>");
  EXPECT_EQ(decoded("\xEF\xBB\xBF<a/>"), "<a/>");
  EXPECT_EQ(decoded("h\xC3\xA9\xF0\x9F\x9A\xA4"), "h\xC3\xA9\xF0\x9F\x9A\xA4");
  EXPECT_EQ(decoded(""), "");
}

TEST(Decode, TakesUtf16OfEitherOrderWithAndWithoutMark) {
  EXPECT_EQ(decoded("\xFF\xFE<\0a\0>\0"s), "<a>");
  EXPECT_EQ(decoded("\xFE\xFF\0<\0a\0>"s), "<a>");
  EXPECT_EQ(decoded("<\0a\0>\0"s), "<a>");
  EXPECT_EQ(decoded("\0<\0a\0>"s), "<a>");
}

TEST(Decode, JoinsSurrogatePairs) {
  EXPECT_EQ(decoded("\xFF\xFE\x3D\xD8\xA4\xDE"s), "\xF0\x9F\x9A\xA4");
  EXPECT_EQ(decoded("\xFF\xFE\xE9\0"s), "\xC3\xA9");
}

TEST(Decode, FailsOnHalfCharacters) {
  EXPECT_TRUE(fails("\xFF\xFE<"s));            // odd number of bytes
  EXPECT_TRUE(fails("\xFF\xFE\x3D\xD8"s));     // first half alone
  EXPECT_TRUE(fails("\xFF\xFE\xA4\xDE"s));     // second half alone
  EXPECT_TRUE(fails("\xFF\xFE\x3D\xD8<\0"s));  // first half before a letter
}

TEST(Decode, FailsOnWhatIsNoText) {
  EXPECT_TRUE(fails("caf\xE9"));   // Latin-1
  EXPECT_TRUE(fails("\xC0\xAF"));  // a slash in two bytes
  EXPECT_TRUE(fails("\xE0\x80\xAF"));
  EXPECT_TRUE(fails("\xED\xA0\x80"));      // a surrogate
  EXPECT_TRUE(fails("\xF4\x90\x80\x80"));  // beyond Unicode
  EXPECT_TRUE(fails("\xE2\x82"));          // cut off
  EXPECT_TRUE(fails("abc\0def"s));
}

TEST(Decode, SaysWhyAFileCannotBeRead) {
  ScratchFolder folder;
  EXPECT_FALSE(read_text(folder.path() / "missing.xml"));
  EXPECT_FALSE(read_text(folder.path()));
  folder.write("a.xml", "\xEF\xBB\xBF<a/>\r\n");
  Result<std::string> text = read_text(folder.path() / "a.xml");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "<a/>\r\n");
}

}  // namespace
}  // namespace policyc::dataverse
