#include "compiler/base/diagnostic_render.h"

#include <gtest/gtest.h>

namespace policyc {
namespace {

Span find(const SourceMap& sources, SourceId id, std::string_view word, size_t nth = 0) {
  size_t place = sources.text(id).find(word);
  for (; nth > 0; --nth) place = sources.text(id).find(word, place + 1);
  return {id, static_cast<uint32_t>(place), static_cast<uint32_t>(place + word.size())};
}

TEST(RenderFrame, LabelsDistantLinesNotesAndHelp) {
  SourceMap sources;
  SourceId id = sources.add("club.policy", "table city owned by organization\n\n\nrole r {\n  city: read at user\n}\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::LevelNotTaken, find(sources, id, "user"), "user", "organization-owned", "city")
      .label(find(sources, id, "city"), "`city` has no owner")
      .note("an organization-owned table takes `none` or `organization`")
      .help("help text")
      .fix({id, 0, 1}, "", "fix text");
  EXPECT_EQ(render_frame(*diagnostics.begin(), sources),
            "error[E3003]: level `user` on organization-owned table `city`\n"
            "  --> club.policy:5:17\n"
            "   |\n"
            " 1 | table city owned by organization\n"
            "   |       ---- `city` has no owner\n"
            "...\n"
            " 5 |   city: read at user\n"
            "   |                 ^^^^\n"
            "   = note: an organization-owned table takes `none` or `organization`\n"
            "   = help: help text\n"
            "   = fix: fix text\n");
  EXPECT_EQ(render_short(*diagnostics.begin(), sources),
            "club.policy:5:17: error[E3003]: level `user` on organization-owned table `city`\n"
            "club.policy:1:7: note: `city` has no owner\n"
            "club.policy:5:17: note: an organization-owned table takes `none` or `organization`\n"
            "club.policy:5:17: help: help text\n"
            "club.policy:5:17: fix: fix text\n");
}

TEST(RenderFrame, TwoLabelsOnOneLine) {
  SourceMap sources;
  SourceId id = sources.add("a", "allow it.manager is me\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, find(sources, id, "manager"), "x")
      .label(find(sources, id, "it"), "first")
      .label(find(sources, id, "me"), "last");
  EXPECT_EQ(render_frame(*diagnostics.begin(), sources),
            "error[E3002]: unknown level `x`\n"
            "  --> a:1:10\n"
            "   |\n"
            " 1 | allow it.manager is me\n"
            "   |       -- ^^^^^^^    -- last\n"
            "   |       first\n");
}

TEST(RenderFrame, OtherFilesHaveTheirOwnFrame) {
  SourceMap sources;
  SourceId a = sources.add("a.policy", "role x {}\n");
  SourceId b = sources.add("b.policy", "\nrole x {}\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::DuplicateName, find(sources, a, "x"), "role", "x")
      .label(find(sources, b, "x"), "first");
  EXPECT_EQ(render_frame(*diagnostics.begin(), sources),
            "error[E2002]: role `x` is declared twice\n"
            "  --> a.policy:1:6\n"
            "   |\n"
            " 1 | role x {}\n"
            "   |      ^\n"
            "  ::: b.policy:2:6\n"
            "   |\n"
            " 2 | role x {}\n"
            "   |      - first\n");
}

TEST(RenderFrame, TabsAndTextThatIsNotASCII) {
  SourceMap sources;
  SourceId id = sources.add("a", "\t/* \xc3\xa4\xe2\x82\xac */\tbad\xff \x1b[31m\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, find(sources, id, "bad"), "\x1b");
  EXPECT_EQ(render_frame(*diagnostics.begin(), sources),
            "error[E3002]: unknown level `\xef\xbf\xbd`\n"
            "  --> a:1:14\n"
            "   |\n"
            " 1 |     /* \xc3\xa4\xe2\x82\xac */    bad\xef\xbf\xbd \xef\xbf\xbd[31m\n"
            "   |                 ^^^\n");
}

TEST(RenderFrame, EmptyPlacesAndPlacesOfSeveralLines) {
  SourceMap sources;
  SourceId id = sources.add("a", "role r\nrole s");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, {id, 13, 13}, "x").label({id, 5, 12}, "both");
  EXPECT_EQ(render_frame(*diagnostics.begin(), sources),
            "error[E3002]: unknown level `x`\n"
            "  --> a:2:7\n"
            "   |\n"
            " 1 | role r\n"
            "   |      - both\n"
            " 2 | role s\n"
            "   |       ^\n");
}

TEST(RenderFrame, LongLinesAreCropped) {
  SourceMap sources;
  std::string text(3000000, 'x');
  text.replace(2000000, 3, "bad");
  SourceId id = sources.add("a", text);
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, {id, 2000000, 2000003}, "x").label({id, 5, 9}, "far");
  std::string frame = render_frame(*diagnostics.begin(), sources);
  EXPECT_LT(frame.size(), 700u);
  EXPECT_NE(frame.find("xxxbadxxx"), std::string::npos);
  size_t line = frame.find(" 1 | ");
  size_t marks = frame.find("\n", line) + 1;
  EXPECT_EQ(frame.find("bad", line) - line, frame.find("^^^", marks) - marks) << frame;
}

TEST(RenderFrame, WithoutAPlace) {
  SourceMap sources;
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, Span{}, "x").note("n");
  EXPECT_EQ(render_frame(*diagnostics.begin(), sources), "error[E3002]: unknown level `x`\n   = note: n\n");
  EXPECT_EQ(render_short(*diagnostics.begin(), sources), "error[E3002]: unknown level `x`\nnote: n\n");
}

TEST(RenderFrame, Colour) {
  SourceMap sources;
  SourceId id = sources.add("a", "x\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::LevelNone, {id, 0, 1});
  std::string frame = render_frame(*diagnostics.begin(), sources, true);
  EXPECT_EQ(frame.find("\x1b[1;33mwarning[W7006]\x1b[0m"), 0u);
  EXPECT_NE(frame.find("\x1b[1;33m^\x1b[0m"), std::string::npos);
}

TEST(RenderJson, EscapesAndPlaces) {
  SourceMap sources;
  SourceId id = sources.add("a\"b", "x\ny\n");
  Diagnostics none;
  EXPECT_EQ(render_json(none, sources), "[]\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::UnknownLevel, {id, 2, 3}, "\"\\\n\xff\xc3\xa4")
      .label({id, 0, 1}, "l")
      .note("n")
      .fix({id, 0, 1}, "r", "f");
  EXPECT_EQ(render_json(diagnostics, sources),
            "[\n {\"severity\":\"error\",\"code\":\"E3002\",\"kind\":\"UnknownLevel\",\"message\":\"unknown level "
            "`\\\"\\\\\\u000a\xef\xbf\xbd\xc3\xa4`\",\"file\":\"a\\\"b\",\"line\":2,\"column\":1,\"end_line\":2,"
            "\"end_column\":2,\"begin\":2,\"end\":3,\"labels\":[{\"file\":\"a\\\"b\",\"line\":1,\"column\":1,"
            "\"end_line\":1,\"end_column\":2,\"begin\":0,\"end\":1,\"message\":\"l\"}],\"notes\":[\"n\"],\"helps\":[],"
            "\"fixes\":[{\"file\":\"a\\\"b\",\"line\":1,\"column\":1,\"end_line\":1,\"end_column\":2,\"begin\":0,"
            "\"end\":1,\"replacement\":\"r\",\"message\":\"f\"}]}\n]\n");
}

TEST(Printable, NothingMovesTheCursorEndsTheLineOrTurnsIt) {
  EXPECT_EQ(printable("s\u00e5m \u30bb 8"), "s\u00e5m \u30bb 8");
  for (const char* bad : {"\n", "\r", "\x1b", "\x7f", "\u009b", "\u202e", "\u2028", "\u2066", "\u200f", "\xff"}) {
    EXPECT_EQ(printable(std::string("a") + bad + "b"), "a\ufffdb") << bad;
  }
}

}  // namespace
}  // namespace policyc
