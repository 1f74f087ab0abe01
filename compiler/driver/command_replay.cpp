// policyc replay: the decisions of a log, asked again under another policy, and what would come out otherwise.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "compiler/base/diagnostic_render.h"
#include "compiler/driver/answer_json.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/replay.h"

namespace policyc {

namespace {

// Of one line; the log writes none that is longer.
constexpr size_t kLineBytes = 1u << 20;
// Equal changes are one group. Where there are more, they are counted alone.
constexpr size_t kGroups = 10'000;
// Rows that are named of each group, and damaged lines that are told of each file.
constexpr size_t kRowsNamed = 5;
constexpr size_t kDamageTold = 20;

// Lines of bounded length: a longer one is passed over.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(in) {}

  // False at the end. `is_long`: `line` holds the beginning only.
  bool next(std::string& line, bool& is_long) {
    line.clear();
    is_long = false;
    bool is_any = false;
    for (int c = buffer().sbumpc(); c != kEnd; c = buffer().sbumpc()) {
      is_any = true;
      if (c == '\n') return true;
      if (line.size() < kLineBytes) {
        line.push_back(static_cast<char>(c));
      } else {
        is_long = true;
      }
    }
    return is_any;
  }

 private:
  static constexpr int kEnd = std::char_traits<char>::eof();
  std::streambuf& buffer() { return *in_.rdbuf(); }
  std::istream& in_;
};

struct Group {
  uint64_t count = 0;
  std::vector<std::string> rows;  // the first few
};

// What is told of equal changes together.
struct GroupKey {
  ReplayOutcome outcome = ReplayOutcome::Same;
  std::string user;
  std::string right;
  std::string table;
  LoggedAnswer before;
  LoggedAnswer now;
  std::vector<std::string> notes;
  std::vector<std::string> missing;
  friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
};

constexpr size_t kOutcomes = 5;

struct Seen {
  uint64_t decisions = 0;
  std::array<uint64_t, kOutcomes> outcomes{};
  uint64_t uncertain = 0;
  std::map<std::string, uint64_t> missing;  // what the log does not hold, and in how many decisions it is asked
  uint64_t dropped = 0;
  uint64_t failed = 0;
  uint64_t damaged = 0;
  uint64_t ungrouped = 0;
  std::map<GroupKey, Group> groups;

  uint64_t of(ReplayOutcome outcome) const { return outcomes[static_cast<size_t>(outcome)]; }
};

class Replaying {
 public:
  Replaying(const ReplayOptions& options, const Policy& policy, const Engine& engine, Console& console)
      : options_(options), console_(console), replay_(policy, engine) {}

  // False where it cannot be read.
  bool read(const std::string& path) {
    std::error_code ignored;
    const bool is_folder = std::filesystem::is_directory(path, ignored);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file || is_folder) {
      const std::string why = is_folder ? "is a folder" : errno == ENOENT ? "no such file" : std::strerror(errno);
      console_.complain(fmt::format("cannot read `{}`: {}", path, why));
      return false;
    }
    replay_.forget_subjects();
    LineReader lines(file);
    std::string line;
    bool is_long = false;
    uint64_t damaged = 0;
    for (uint64_t number = 1; lines.next(line, is_long); ++number) {
      std::string mistake = is_long ? "longer than 1 MB" : take(line);
      if (mistake.empty()) continue;
      if (++damaged <= kDamageTold) console_.complain(fmt::format("{}:{}: {}", path, number, printable(mistake)));
    }
    if (damaged > kDamageTold) {
      console_.complain(fmt::format("{}: {} more damaged lines", path, damaged - kDamageTold));
    }
    seen_.damaged += damaged;
    return true;
  }

  const Seen& seen() const { return seen_; }

 private:
  // What is wrong with it; empty: nothing.
  std::string take(const std::string& text) {
    Result<LoggedLine> line = read_logged_line(text);
    if (!line) return line.error();
    if (const auto* subject = std::get_if<LoggedSubject>(&*line)) {
      replay_.know(*subject);
    } else if (const auto* loss = std::get_if<LoggedLoss>(&*line)) {
      seen_.dropped += loss->dropped;
      seen_.failed += loss->failed;
    } else {
      ask(std::get<LoggedDecision>(*line));
    }
    return {};
  }

  void ask(const LoggedDecision& decision) {
    Replayed again = replay_.ask(decision);
    ++seen_.decisions;
    ++seen_.outcomes[static_cast<size_t>(again.outcome)];
    if (!again.missing.empty()) ++seen_.uncertain;
    for (const std::string& missing : again.missing) ++seen_.missing[missing];
    if (again.outcome == ReplayOutcome::Same && options_.show != "all") return;
    GroupKey key{again.outcome,   decision.user,        decision.right,         decision.table,
                 decision.answer, std::move(again.now), std::move(again.notes), std::move(again.missing)};
    auto found = seen_.groups.find(key);
    if (found == seen_.groups.end()) {
      if (seen_.groups.size() == kGroups) {
        ++seen_.ungrouped;
        return;
      }
      found = seen_.groups.emplace(std::move(key), Group{}).first;
    }
    Group& group = found->second;
    ++group.count;
    const bool is_named = decision.row.empty() || std::ranges::find(group.rows, decision.row) != group.rows.end();
    if (!is_named && group.rows.size() < kRowsNamed) group.rows.push_back(decision.row);
  }

  const ReplayOptions& options_;
  Console& console_;
  Replay replay_;
  Seen seen_;
};

// --- for people

std::string answer_text(const LoggedAnswer& answer) {
  std::string text = fmt::format("{} because {}", answer.allowed ? "allow" : "deny", answer.reason);
  if (!answer.held.empty()) text += fmt::format(" (held {}, needed {})", answer.held, answer.needed);
  if (!answer.role.empty()) text += fmt::format(": `{}` of {}", answer.role, answer.through);
  if (!answer.level.empty()) text += fmt::format(", at {}", answer.level);
  if (!answer.place.empty()) text += fmt::format(", {}", answer.place);
  return text;
}

std::string heading(ReplayOutcome outcome) {
  switch (outcome) {
    case ReplayOutcome::Same:
      return "the same";
    case ReplayOutcome::Denied:
      return "would be denied";
    case ReplayOutcome::Allowed:
      return "would be allowed";
    case ReplayOutcome::OtherReason:
      return "the same answer for another reason";
    case ReplayOutcome::CannotAsk:
      return "cannot be asked again";
  }
  return {};
}

std::string joined(const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, ", ")); }

void print_group(const GroupKey& key, const Group& group, Console& console) {
  const std::string user = key.user.empty() ? "somebody" : key.user;
  const std::string times = group.count == 1 ? "" : fmt::format(", {} times", group.count);
  std::string asked = fmt::format("  {}, {} on {}{}", user, key.right.empty() ? "?" : key.right,
                                  key.table.empty() ? "?" : key.table, times);
  if (!group.rows.empty()) {
    asked += fmt::format(": {}{}", joined(group.rows), group.count > group.rows.size() ? ", ..." : "");
  }
  console.line(asked);
  console.line("    was  " + answer_text(key.before));
  if (key.outcome != ReplayOutcome::CannotAsk) console.line("    now  " + answer_text(key.now));
  for (const std::string& note : key.notes) console.line("    note: " + note);
  if (!key.missing.empty()) console.line("    not certain: the log does not hold " + joined(key.missing));
}

void print_text(const Seen& seen, Console& console) {
  console.print(
      "{}: {} the same, {} would be denied, {} would be allowed, {} the same answer for another reason, "
      "{} cannot be asked again\n",
      counted(seen.decisions, "decision"), seen.of(ReplayOutcome::Same), seen.of(ReplayOutcome::Denied),
      seen.of(ReplayOutcome::Allowed), seen.of(ReplayOutcome::OtherReason), seen.of(ReplayOutcome::CannotAsk));
  if (seen.uncertain != 0) {
    console.print("{} of them not certain, for want of what the log does not hold:\n", seen.uncertain);
  }
  for (const auto& [what, count] : seen.missing) console.line(fmt::format("  {}, {}", what, counted(count, "time")));
  if (seen.dropped + seen.failed != 0) {
    console.print("not in the log: {} while it was full, {} that could not be written\n", seen.dropped, seen.failed);
  }
  const ReplayOutcome* last = nullptr;
  for (const auto& [key, group] : seen.groups) {
    if (last == nullptr || *last != key.outcome) console.print("\n{}\n", heading(key.outcome));
    last = &key.outcome;
    print_group(key, group, console);
  }
  if (seen.ungrouped != 0) console.print("\nand {} of other kinds\n", seen.ungrouped);
}

// --- for machines

nlohmann::ordered_json to_json(const LoggedAnswer& answer) {
  nlohmann::ordered_json json = {{"allowed", answer.allowed}, {"reason", answer.reason}};
  const std::pair<const char*, const std::string*> rest[] = {{"held", &answer.held},   {"needed", &answer.needed},
                                                             {"role", &answer.role},   {"through", &answer.through},
                                                             {"level", &answer.level}, {"place", &answer.place}};
  for (const auto& [key, text] : rest) {
    if (!text->empty()) json[key] = *text;
  }
  return json;
}

const char* word(ReplayOutcome outcome) {
  switch (outcome) {
    case ReplayOutcome::Same:
      return "same";
    case ReplayOutcome::Denied:
      return "denied";
    case ReplayOutcome::Allowed:
      return "allowed";
    case ReplayOutcome::OtherReason:
      return "other_reason";
    case ReplayOutcome::CannotAsk:
      return "cannot_ask";
  }
  return "";
}

void print_json(const Seen& seen, Console& console) {
  nlohmann::ordered_json json = {{"decisions", seen.decisions}};
  for (size_t i = 0; i < kOutcomes; ++i) json[word(static_cast<ReplayOutcome>(i))] = seen.outcomes[i];
  json["not_certain"] = seen.uncertain;
  json["missing"] = seen.missing;
  json["dropped"] = seen.dropped;
  json["failed"] = seen.failed;
  json["damaged"] = seen.damaged;
  nlohmann::ordered_json groups = nlohmann::ordered_json::array();
  for (const auto& [key, group] : seen.groups) {
    nlohmann::ordered_json one = {{"outcome", word(key.outcome)}, {"count", group.count}, {"user", key.user},
                                  {"right", key.right},           {"table", key.table},   {"rows", group.rows},
                                  {"before", to_json(key.before)}};
    if (key.outcome != ReplayOutcome::CannotAsk) one["now"] = to_json(key.now);
    one["notes"] = key.notes;
    one["missing"] = key.missing;
    groups.push_back(std::move(one));
  }
  json["groups"] = std::move(groups);
  json["ungrouped"] = seen.ungrouped;
  console.print("{}\n", json_text(json));
}

}  // namespace

ExitCode run_replay(const ReplayOptions& options, Console& console) {
  Result<Compilation> compiled = compile_file(options.policy);
  if (!compiled) {
    console.complain(compiled.error());
    return kInputWrong;
  }
  console.show(compiled->diagnostics, compiled->sources);
  if (!compiled->policy) return kInputWrong;
  Result<Engine> engine = build_engine(*compiled->policy, compiled->sources, {.cache_folder = console.cache_folder});
  if (!engine) {
    console.complain(engine.error());
    return kInputWrong;
  }
  Replaying replaying(options, *compiled->policy, *engine, console);
  bool is_whole = true;
  for (const std::string& log : options.logs) is_whole &= replaying.read(log);
  const Seen& seen = replaying.seen();
  options.format == "json" ? print_json(seen, console) : print_text(seen, console);
  return is_whole && seen.damaged == 0 ? kFine : kInputWrong;
}

}  // namespace policyc
