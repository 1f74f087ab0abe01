// policyc import dataverse: an unpacked solution folder as a policy.
#include "compiler/dataverse/import.h"

#include "compiler/driver/commands.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/files.h"
#include "compiler/syntax/printer.h"

namespace policyc {

ExitCode run_import(const ImportOptions& options, Console& console) {
  Result<ImportResult> imported = import_solution(options.folder);
  if (!imported) {
    console.complain(imported.error());
    return kInputWrong;
  }
  std::string text = print(imported->ast);
  if (options.output.empty()) {
    console.out << text;  // the policy itself; the report goes beside it
  } else if (Result<bool> written = write_text_file(options.output, text); !written) {
    console.complain(fmt::format("cannot write `{}`: {}", options.output, written.error()));
    return kInputWrong;
  }
  std::string report = render(imported->report);
  (options.output.empty() ? console.err : console.out) << report << (report.ends_with('\n') ? "" : "\n");
  return kFine;
}

}  // namespace policyc
