// What shells are told of the command line. That bash makes of it what it should is in tests/host.
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

class Completions : public CommandTest {};

TEST_F(Completions, ZshTakesAValueAfterTheSignAndWordsInTheirPlace) {
  ASSERT_EQ(run({"completions", "zsh"}), kFine);
  EXPECT_TRUE(prints("'--emit=[what to show")) << out();
  EXPECT_TRUE(prints("]:value:(ast policy ir llvm asm header)'"));
  EXPECT_TRUE(prints("'-o+[")) << out();
  EXPECT_TRUE(prints("'2:word:(bash zsh fish)'"));
  EXPECT_TRUE(prints("'2:word:(new show)'"));
  EXPECT_TRUE(prints("]:value:(x86-64 aarch64)'"));
  EXPECT_TRUE(prints("]:value:(native x86-64-v2 x86-64-v3 x86-64-v4)'"));
}

TEST_F(Completions, FishOffersFilesOnlyWhereFilesGo) {
  ASSERT_EQ(run({"completions", "fish"}), kFine);
  EXPECT_TRUE(prints("complete -c policyc -f -n __fish_use_subcommand -a check ")) << out();
  EXPECT_TRUE(
      prints("complete -c policyc -f -n '__fish_seen_subcommand_from keys; and not "
             "__fish_seen_subcommand_from new show' -a 'new show'\n"));
  EXPECT_TRUE(prints("__fish_seen_subcommand_from bash zsh fish' -a 'bash zsh fish'\n"));
  EXPECT_TRUE(prints(" -l cpu -x -a 'native x86-64-v2 x86-64-v3 x86-64-v4' "));
}

}  // namespace
}  // namespace policyc
