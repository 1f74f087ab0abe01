#include "runtime/store/translate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>

namespace policy {

namespace {

// An attribute in the old bytes and in the new ones. The number of an attribute is that of its presence bit.
struct Move {
  uint32_t from = 0;
  uint32_t to = 0;
};

bool is_present(const std::byte* bytes, uint32_t number) {
  return (std::to_integer<unsigned>(bytes[number / 8]) >> (number % 8) & 1) != 0;
}

void set_present(std::byte* bytes, uint32_t number) { bytes[number / 8] |= static_cast<std::byte>(1u << (number % 8)); }

// What is held under its old number, under its new one.
using Numbers = std::vector<uint32_t>;

class Translating {
 public:
  Translating(const World& from, World& to) : from_(from), to_(to), old_(from.tables), new_(to.tables) {}

  Translation run() {
    match_names();
    translate_context();
    translate_people();
    translate_rows();
    told_.lost.assign(lost_.begin(), lost_.end());
    told_.missing.assign(missing_.begin(), missing_.end());
    return std::move(told_);
  }

 private:
  // --- names

  template <typename Entries>
  static Numbers match(const Entries& from, const Entries& to) {
    std::unordered_map<std::string_view, uint32_t> places;
    for (uint32_t i = 0; i < to.size(); ++i) places.try_emplace(to[i].name, i);
    Numbers numbers;
    for (const auto& entry : from) {
      auto found = places.find(entry.name);
      numbers.push_back(found == places.end() ? POLICY_NONE : found->second);
    }
    return numbers;
  }

  void match_names() {
    tables_ = match(old_.tables, new_.tables);
    roles_ = match(old_.roles, new_.roles);
    profiles_ = match(old_.profiles, new_.profiles);
    match_relationships();
    match_choices();
    user_moves_ = match_attributes("user", old_.user_attributes, new_.user_attributes);
    for (uint32_t table = 0; table < old_.tables.size(); ++table) {
      row_moves_.emplace_back();
      columns_.emplace_back();
      if (tables_[table] == POLICY_NONE) continue;
      const TableEntry& before = old_.tables[table];
      const TableEntry& after = new_.tables[tables_[table]];
      row_moves_[table] = match_attributes(before.name, before.attributes, after.attributes);
      columns_[table] = match_columns(before, after);
    }
  }

  void match_relationships() {
    auto key = [](const ProgramTables& tables, const RelationshipEntry& r) {
      return fmt::format("{} {} {}", r.name, tables.tables[r.child].name, tables.tables[r.parent].name);
    };
    std::unordered_map<std::string, uint32_t> places;
    for (uint32_t i = 0; i < new_.relationships.size(); ++i) places.try_emplace(key(new_, new_.relationships[i]), i);
    for (const RelationshipEntry& r : old_.relationships) {
      auto found = places.find(key(old_, r));
      bool is_same = found != places.end() && new_.relationships[found->second].many_to_many == r.many_to_many;
      relationships_.push_back(is_same ? found->second : POLICY_NONE);
    }
  }

  void match_choices() {
    std::unordered_map<std::string_view, uint32_t> places;
    for (uint32_t i = 0; i < new_.choice_labels.size(); ++i) places.try_emplace(new_.choice_labels[i], i);
    for (const std::string& label : old_.choice_labels) {
      auto found = places.find(label);
      choices_.push_back(found == places.end() ? POLICY_NONE : found->second);
    }
  }

  std::vector<Move> match_attributes(const std::string& of, const std::vector<AttributeEntry>& from,
                                     const std::vector<AttributeEntry>& to) {
    std::vector<Move> moves;
    for (uint32_t i = 0; i < to.size(); ++i) {
      auto found = std::find_if(from.begin(), from.end(), [&](const AttributeEntry& entry) {
        return entry.name == to[i].name && entry.type == to[i].type;
      });
      if (found == from.end()) {
        missing_.insert(fmt::format("attribute `{}.{}`", of, to[i].name));
      } else {
        moves.push_back({static_cast<uint32_t>(found - from.begin()), i});
      }
    }
    return moves;
  }

  // Secured columns by their bits.
  Numbers match_columns(const TableEntry& from, const TableEntry& to) {
    for (const std::string& name : to.secured_names) {
      bool is_known = std::find(from.secured_names.begin(), from.secured_names.end(), name) != from.secured_names.end();
      if (!is_known) missing_.insert(fmt::format("column `{}.{}`", to.name, name));
    }
    Numbers bits;
    for (const std::string& name : from.secured_names) {
      auto found = std::find(to.secured_names.begin(), to.secured_names.end(), name);
      bits.push_back(found == to.secured_names.end() ? POLICY_NONE
                                                     : static_cast<uint32_t>(found - to.secured_names.begin()));
    }
    return bits;
  }

  void lose(const char* kind, std::string_view name) { lost_.insert(fmt::format("{} `{}`", kind, name)); }

  // --- values

  std::vector<uint64_t> translate_values(std::span<const std::byte> from,
                                         const std::vector<AttributeEntry>& old_entries,
                                         const std::vector<AttributeEntry>& new_entries, size_t new_bytes,
                                         const std::vector<Move>& moves) {
    std::vector<uint64_t> words(new_bytes / sizeof(uint64_t));
    auto* to = reinterpret_cast<std::byte*>(words.data());
    for (const Move& move : moves) {
      const AttributeEntry& old_entry = old_entries[move.from];
      const AttributeEntry& new_entry = new_entries[move.to];
      if (old_entry.offset + old_entry.size > from.size() || !is_present(from.data(), move.from)) continue;
      std::memcpy(to + new_entry.offset, from.data() + old_entry.offset, new_entry.size);
      if (!new_entry.is_choice || translate_choice(to + new_entry.offset)) set_present(to, move.to);
    }
    return words;
  }

  bool translate_choice(std::byte* value) {
    uint32_t label = 0;
    std::memcpy(&label, value, sizeof label);
    uint32_t translated = label < choices_.size() ? choices_[label] : POLICY_NONE;
    if (translated == POLICY_NONE) {
      lose("choice", label < old_.choice_labels.size() ? old_.choice_labels[label] : "?");
      return false;
    }
    std::memcpy(value, &translated, sizeof translated);
    return true;
  }

  // The host keeps its bytes, in the layout that it was told of.
  void translate_context() {
    bool is_same = has_same_contexts(old_, new_);
    if (is_same) {
      to_.context = from_.context;
      return;
    }
    for (const AttributeEntry& entry : new_.context_attributes)
      missing_.insert("context attribute `" + entry.name + "`");
  }

  // --- people

  void translate_people() {
    (void)to_.organization.take_people(from_.organization);
    for (const Organization::RoleHeld& held : from_.organization.roles_given()) {
      uint32_t role = roles_[held.role];
      bool is_held = role != POLICY_NONE && to_.organization.give_role(held.holder, role, held.anchor);
      if (!is_held) lose("role", old_.roles[held.role].name);
    }
    for (const Organization::ProfileHeld& held : from_.organization.profiles_given()) {
      uint32_t profile = profiles_[held.profile];
      bool is_held = profile != POLICY_NONE && to_.organization.give_profile(held.holder, profile);
      if (!is_held) lose("profile", old_.profiles[held.profile].name);
    }
    for (uint32_t user = 0; user < from_.organization.user_count(); ++user) {
      std::span<const uint64_t> values = from_.organization.attributes_of(user);
      (void)to_.organization.set_attributes(
          user, translate_values(std::as_bytes(values), old_.user_attributes, new_.user_attributes,
                                 new_.user_attribute_bytes, user_moves_));
    }
  }

  // --- rows

  void translate_rows() {
    for (uint32_t row = 0; row < from_.records.size(); ++row) add_row(row);
    for (uint32_t row = 0; row < from_.records.size(); ++row) {
      if (from_.records[row].table >= tables_.size() || tables_[from_.records[row].table] == POLICY_NONE) continue;
      add_links(row);
      add_shares(row);
    }
    for (const auto& [first, relationship, second] : from_.records.associations()) {
      uint32_t translated = relationships_[relationship];
      bool is_there = translated != POLICY_NONE && to_.records.set_association(translated, first, second, true);
      if (!is_there) lose("relationship", old_.relationships[relationship].name);
    }
  }

  // Rows keep their numbers; one of a table that is no longer there is as one that was never created.
  void add_row(uint32_t row) {
    const Row& before = from_.records[row];
    uint32_t table = before.table < tables_.size() ? tables_[before.table] : POLICY_NONE;
    if (table == POLICY_NONE) {
      if (before.table < tables_.size()) lose("table", old_.tables[before.table].name);
      to_.records.add({.exists = false});
      return;
    }
    Row after;
    after.table = table;
    after.owner = before.owner;
    after.unit = before.unit;
    after.active = before.active;
    after.exists = before.exists;
    after.secured_values = translate_columns(before.table, before.secured_values);
    const TableEntry& old_table = old_.tables[before.table];
    after.attributes =
        translate_values(from_.records.record_bytes(row).subspan(sizeof(policy_record)), old_table.attributes,
                         new_.tables[table].attributes, new_.tables[table].attribute_bytes, row_moves_[before.table]);
    to_.records.add(std::move(after));
  }

  uint64_t translate_columns(uint32_t table, uint64_t columns) const {
    uint64_t translated = 0;
    for (size_t bit = 0; bit < columns_[table].size(); ++bit) {
      if ((columns >> bit & 1) != 0 && columns_[table][bit] != POLICY_NONE) {
        translated |= uint64_t{1} << columns_[table][bit];
      }
    }
    return translated;
  }

  void add_links(uint32_t row) {
    for (const RowLink& link : from_.records[row].links) {
      uint32_t relationship = relationships_[link.relationship];
      bool is_linked = relationship != POLICY_NONE && to_.records.link(row, relationship, link.parent);
      if (!is_linked) lose("relationship", old_.relationships[link.relationship].name);
    }
    for (const ColumnOpening& opening : from_.records.column_openings(row)) {
      const Numbers& columns = columns_[from_.records[row].table];
      uint32_t column = opening.column < columns.size() ? columns[opening.column] : POLICY_NONE;
      ColumnOpening translated = opening;
      translated.column = column;
      if (column != POLICY_NONE) to_.records.set_opening(row, translated);
    }
  }

  void add_shares(uint32_t row) {
    for (const RowShare& share : from_.records.shares(row)) {
      if (share.rights != 0) to_.records.set_share(row, share.principal, share.rights);
      for (const Part& part : share.parts) {
        to_.records.set_part(row, share.principal, {part.from, part.from_owner, part.rights, POLICY_NONE});
      }
    }
  }

  const World& from_;
  World& to_;
  const ProgramTables& old_;
  const ProgramTables& new_;
  Translation told_;
  Numbers tables_, roles_, profiles_, relationships_, choices_;
  std::vector<Move> user_moves_;
  std::vector<std::vector<Move>> row_moves_;  // by old table
  std::vector<Numbers> columns_;
  std::set<std::string> lost_, missing_;
};

}  // namespace

bool has_same_contexts(const ProgramTables& a, const ProgramTables& b) {
  const bool has_choices = std::ranges::any_of(a.context_attributes, &AttributeEntry::is_choice);
  return a.context_attributes == b.context_attributes && (!has_choices || a.choice_labels == b.choice_labels);
}

Translation translate(const World& from, World& to) { return Translating(from, to).run(); }

}  // namespace policy
