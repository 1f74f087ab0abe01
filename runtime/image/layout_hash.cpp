#include "runtime/image/layout_hash.h"

#include "runtime/image/archive.h"
#include "runtime/image/digest.h"

namespace policy {

namespace {

// Hashes stand in headers that hosts keep: what is hashed changes with the name of it alone.
constexpr std::string_view kWhatIsHashed = "policy layout 1";

void add_attributes(ByteWriter& writer, const std::vector<AttributeEntry>& attributes) {
  writer(attributes.size());
  for (const AttributeEntry& attribute : attributes) {
    writer(attribute.name, attribute.type, attribute.offset, attribute.size);
  }
}

void add_tables(ByteWriter& writer, const std::vector<TableEntry>& tables) {
  writer(tables.size());
  for (const TableEntry& table : tables) {
    writer(table.name, table.secured_names, table.attribute_bytes);
    add_attributes(writer, table.attributes);
  }
}

template <typename Entry>
void add_names(ByteWriter& writer, const std::vector<Entry>& entries) {
  writer(entries.size());
  for (const Entry& entry : entries) writer(entry.name);
}

}  // namespace

std::string layout_hash(const ProgramTables& tables) {
  ByteWriter writer;
  writer(std::string(kWhatIsHashed));
  add_tables(writer, tables.tables);
  writer(tables.user_attribute_bytes);
  add_attributes(writer, tables.user_attributes);
  add_attributes(writer, tables.context_attributes);
  writer(tables.choice_labels, tables.privileges);
  add_names(writer, tables.roles);
  add_names(writer, tables.profiles);
  add_names(writer, tables.relationships);
  writer(tables.flows.size());
  for (const FlowEntry& flow : tables.flows) {
    writer(flow.name);
    add_names(writer, flow.steps);
  }
  return hexadecimal(sha256(writer.bytes()));
}

}  // namespace policy
