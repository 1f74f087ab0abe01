#include "compiler/facts/json_tree.h"

#include <gtest/gtest.h>

namespace policyc {
namespace {

TEST(JsonTree, KnowsThePlaceOfEveryToken) {
  SourceMap sources;
  SourceId id =
      sources.add("x.json", "\xEF\xBB\xBF{ \"a\" : [1, -2.5e+3,\ttrue],\r\n\"b\\\"\\u0041\":{\"c\":null} }\n");
  Diagnostics diagnostics;
  std::optional<JsonTree> tree = parse_json(sources, id, diagnostics);
  ASSERT_TRUE(tree);
  std::vector<JsonMember> members = tree->root().members();
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].key.text(), "a");
  EXPECT_EQ(sources.text(members[0].key.span()), "\"a\"");
  std::vector<JsonValue> items = members[0].value.items();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(sources.text(items[0].span()), "1");
  EXPECT_EQ(sources.text(items[1].span()), "-2.5e+3");
  EXPECT_EQ(items[2].kind(), JsonKind::True);
  EXPECT_EQ(sources.text(members[0].value.span()), "[1, -2.5e+3,\ttrue]");
  EXPECT_EQ(members[1].key.text(), "b\"A");
  EXPECT_EQ(sources.line_column(members[1].key.span()), (LineColumn{2, 1}));
  EXPECT_EQ(members[1].value.members()[0].value.kind(), JsonKind::Null);
}

TEST(JsonTree, KeepsNumbersAsTheyAreWritten) {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<JsonTree> tree =
      parse_json(sources, sources.add("x.json", "[0.1, 123456789012345678901234567890, 1E5]"), diagnostics);
  ASSERT_TRUE(tree);
  std::vector<JsonValue> items = tree->root().items();
  EXPECT_EQ(items[0].text(), "0.1");
  EXPECT_EQ(items[1].text(), "123456789012345678901234567890");
  EXPECT_EQ(items[2].text(), "1E5");
}

TEST(JsonTree, RefusesWhatIsNoJson) {
  for (std::string_view text : {"", "{", "{\"a\":}", "[1,]", "\"\xff\"", "nul", "1 2", "[1e999]", "{\"a\" 1}", "'a'"}) {
    SourceMap sources;
    Diagnostics diagnostics;
    EXPECT_FALSE(parse_json(sources, sources.add("x.json", std::string(text)), diagnostics)) << text;
    EXPECT_EQ(diagnostics.size(), 1u) << text;
  }
}

}  // namespace
}  // namespace policyc
