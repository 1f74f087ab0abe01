#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "compiler/dataverse/decode.h"
#include "compiler/dataverse/names.h"
#include "compiler/dataverse/read_flow.h"
#include "compiler/dataverse/read_xml.h"
#include "compiler/dataverse/solution.h"

namespace policyc::dataverse {
namespace {

namespace fs = std::filesystem;

// Folders below the one given; far above any repository, and a bound for links that go round.
constexpr size_t kFolderDepth = 64;

// A file's name is bytes; in a policy or a report it must be text.
std::string as_text(std::string name) {
  if (decode_text(name)) return name;
  std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return name;
}

std::string lower_name(const fs::path& path) { return lower(path.filename().string()); }

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_link(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(path, ignored);
}

bool is_content_folder(const std::string& name) {
  return name == "roles" || name == "entities" || name == "other" || name == "workflows";
}

class FolderReader {
 public:
  explicit FolderReader(const fs::path& folder) : folder_(folder) {}

  void walk(const fs::path& folder, size_t depth) {
    std::vector<fs::path> entries = sorted_entries(folder);
    Solution solution;
    solution.root = below(folder);
    bool found = false;
    for (const fs::path& entry : entries) {
      std::string name = lower_name(entry);
      if (is_folder(entry)) {
        if (is_content_folder(name)) found |= read_content(entry, name, solution);
      } else if (name == "solution.xml" || (name.starts_with("customizations") && name.ends_with(".xml"))) {
        found = true;
        read_xml_file(entry, solution);
      }
    }
    if (found) {
      name_flows(solution);
      solutions.push_back(std::move(solution));
    }
    if (depth == kFolderDepth) {
      mistakes.push_back(fmt::format("{}: folders nested more than {} deep", below(folder), kFolderDepth));
      return;
    }
    for (const fs::path& entry : entries) {
      bool enter = is_folder(entry) && !is_link(entry) && !lower_name(entry).starts_with('.');
      if (enter && !(found && is_content_folder(lower_name(entry)))) walk(entry, depth + 1);
    }
  }

  std::vector<Solution> solutions;
  std::vector<std::string> mistakes;

 private:
  std::string below(const fs::path& path) const {
    std::string relative = path.lexically_relative(folder_).generic_string();
    return relative.empty() ? "." : as_text(std::move(relative));
  }

  std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      entries.push_back(it->path());
    }
    if (error) mistakes.push_back(fmt::format("{}: cannot be read: {}", below(folder), error.message()));
    std::ranges::sort(entries, {}, [](const fs::path& p) { return p.generic_string(); });
    return entries;
  }

  // One of Roles, Entities, Other, Workflows. Gives whether anything of a solution was in it.
  bool read_content(const fs::path& folder, const std::string& kind, Solution& solution) {
    bool found = false;
    for (const fs::path& entry : sorted_entries(folder)) {
      std::string name = lower_name(entry);
      if (is_folder(entry)) {
        if (kind == "entities") found |= read_named(entry, "entity.xml", solution);
        if (kind == "other" && name == "relationships") found |= read_named(entry, ".xml", solution);
      } else if (kind == "workflows" && name.ends_with(".json")) {
        found = true;
        read_flow_file(entry, solution);
      } else if (name.ends_with(".xml") && kind != "entities" && is_wanted(kind, name)) {
        found = true;
        read_xml_file(entry, solution);
      }
    }
    return found;
  }

  static bool is_wanted(const std::string& kind, const std::string& name) {
    if (kind == "workflows") return name.ends_with(".json.data.xml");
    if (kind != "other") return true;
    return name == "solution.xml" || name == "customizations.xml" || name == "relationships.xml" ||
           name == "fieldsecurityprofiles.xml";
  }

  bool read_named(const fs::path& folder, std::string_view end, Solution& solution) {
    bool found = false;
    for (const fs::path& entry : sorted_entries(folder)) {
      if (is_folder(entry) || !lower_name(entry).ends_with(end)) continue;
      found = true;
      read_xml_file(entry, solution);
    }
    return found;
  }

  void read_xml_file(const fs::path& path, Solution& solution) {
    Result<std::string> text = read_text(path);
    std::string mistake = text ? read_xml(*text, below(path), solution) : text.error();
    if (!mistake.empty()) mistakes.push_back(fmt::format("{}: {}", below(path), mistake));
  }

  void read_flow_file(const fs::path& path, Solution& solution) {
    Flow flow;
    flow.file = below(path);
    flow.title = as_text(path.stem().string());
    Result<std::string> text = read_text(path);
    std::string mistake = text ? read_flow(*text, flow) : text.error();
    if (!mistake.empty()) mistakes.push_back(fmt::format("{}: {}", flow.file, mistake));
    solution.flows.push_back(std::move(flow));
  }

  // A flow's own file does not hold its name; its header does.
  static void name_flows(Solution& solution) {
    for (Flow& flow : solution.flows) {
      std::string file = lower_name(fs::path(flow.file));
      for (const WorkflowHeader& header : solution.workflows) {
        if (header.json_file == file && !header.title.empty()) flow.title = header.title;
      }
    }
  }

  fs::path folder_;
};

}  // namespace

bool Relationship::same_as(const Relationship& other) const {
  auto values = [](const Relationship& r) {
    return std::tuple(r.many_to_many, lower(r.child), lower(r.lookup), lower(r.parent), r.assign, r.share, r.unshare,
                      r.reparent, r.on_delete);
  };
  return values(*this) == values(other);
}

Result<std::vector<Solution>> read_solutions(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return Failure{fmt::format("{}: no such folder", folder.string())};
  FolderReader reader(folder);
  reader.walk(folder, 0);
  if (!reader.mistakes.empty()) return Failure{fmt::format("{}", fmt::join(reader.mistakes, "\n"))};
  if (reader.solutions.empty()) {
    return Failure{fmt::format(
        "{}: no solution here or below: no Roles, Entities, Other, Workflows or customizations.xml", folder.string())};
  }
  return std::move(reader.solutions);
}

}  // namespace policyc::dataverse
