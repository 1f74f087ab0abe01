#include "compiler/dataverse/read_xml.h"

#include <fmt/format.h>

#include <pugixml.hpp>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kBlank) - begin + 1));
}

pugi::xml_node child_of(pugi::xml_node node, std::string_view name) {
  return node.find_child([&](pugi::xml_node c) { return equal_ignoring_case(c.name(), name); });
}

std::string text_of(pugi::xml_node node, std::string_view name) { return trimmed(child_of(node, name).child_value()); }

std::string attribute_of(pugi::xml_node node, std::string_view name) {
  return trimmed(
      node.find_attribute([&](pugi::xml_attribute a) { return equal_ignoring_case(a.name(), name); }).value());
}

bool is_set(std::string_view text) { return text == "1" || equal_ignoring_case(text, "true"); }

class Reader {
 public:
  Reader(const std::string& file, Solution& solution) : file_(file), solution_(solution) {}

  // One element, wherever it stands: as the root of its own file or within customizations.xml.
  void read(pugi::xml_node node) {
    std::string kind = lower(node.name());
    if (kind == "importexportxml") {
      for (pugi::xml_node part : node.children()) read(part);
    } else if (kind == "solutionmanifest") {
      solution_.unique_name = text_of(node, "UniqueName");
    } else if (kind == "entities" || kind == "roles" || kind == "entityrelationships" || kind == "workflows" ||
               kind == "fieldsecurityprofiles") {
      for (pugi::xml_node part : node.children()) read_part(part);
    } else {
      read_part(node);
    }
  }

 private:
  void read_part(pugi::xml_node node) {
    std::string kind = lower(node.name());
    if (kind == "entity") read_entity(node);
    if (kind == "role") read_role(node);
    if (kind == "entityrelationship") read_relationship(node);
    if (kind == "fieldsecurityprofile") read_profile(node);
    if (kind == "workflow") read_workflow(node);
  }

  void read_entity(pugi::xml_node node) {
    pugi::xml_node info = child_of(child_of(node, "EntityInfo"), "entity");
    Entity entity;
    entity.file = file_;
    entity.name = attribute_of(info, "Name");
    if (entity.name.empty()) entity.name = text_of(node, "Name");
    entity.title = attribute_of(child_of(node, "Name"), "LocalizedName");
    entity.set_name = text_of(info, "EntitySetName");
    if (pugi::xml_node mask = child_of(info, "OwnershipTypeMask")) entity.ownership = trimmed(mask.child_value());
    entity.activity = is_set(text_of(info, "IsActivity"));
    for (pugi::xml_node attribute : child_of(info, "attributes").children()) read_column(attribute, entity);
    solution_.entities.push_back(std::move(entity));
  }

  static void read_column(pugi::xml_node node, Entity& entity) {
    Column column;
    column.name = text_of(node, "LogicalName");
    if (column.name.empty()) column.name = text_of(node, "Name");
    if (column.name.empty()) column.name = attribute_of(node, "PhysicalName");
    column.type = lower(text_of(node, "Type"));
    column.date_only = equal_ignoring_case(text_of(node, "Format"), "date");
    column.secured = is_set(text_of(node, "IsSecured"));
    if (!column.name.empty()) entity.columns.push_back(std::move(column));
  }

  void read_role(pugi::xml_node node) {
    Role role;
    role.file = file_;
    role.id = lower(attribute_of(node, "id"));
    role.name = attribute_of(node, "name");
    std::string inherited = attribute_of(node, "isinherited");
    if (!inherited.empty()) role.inherited = is_set(inherited);
    for (pugi::xml_node privilege : child_of(node, "RolePrivileges").children()) {
      if (!equal_ignoring_case(privilege.name(), "RolePrivilege")) continue;
      role.privileges.push_back({attribute_of(privilege, "name"), attribute_of(privilege, "level")});
    }
    solution_.roles.push_back(std::move(role));
  }

  void read_relationship(pugi::xml_node node) {
    std::string name = attribute_of(node, "Name");
    if (!node.first_child()) {  // a line of the index Relationships.xml
      solution_.relationship_index.push_back(std::move(name));
      return;
    }
    Relationship r;
    r.file = file_;
    r.name = std::move(name);
    r.many_to_many = equal_ignoring_case(text_of(node, "EntityRelationshipType"), "ManyToMany");
    r.child = text_of(node, r.many_to_many ? "FirstEntityName" : "ReferencingEntityName");
    r.parent = text_of(node, r.many_to_many ? "SecondEntityName" : "ReferencedEntityName");
    if (!r.many_to_many) {
      r.lookup = text_of(node, "ReferencingAttributeName");
      r.assign = text_of(node, "CascadeAssign");
      r.share = text_of(node, "CascadeShare");
      r.unshare = text_of(node, "CascadeUnshare");
      r.reparent = text_of(node, "CascadeReparent");
      r.on_delete = text_of(node, "CascadeDelete");
    }
    solution_.relationships.push_back(std::move(r));
  }

  void read_profile(pugi::xml_node node) {
    ColumnProfile profile;
    profile.file = file_;
    profile.id = lower(attribute_of(node, "fieldsecurityprofileid"));
    profile.name = attribute_of(node, "name");
    for (pugi::xml_node p : child_of(node, "FieldPermissions").children()) {
      profile.permissions.push_back({.entity = text_of(p, "EntityName"),
                                     .column = text_of(p, "AttributeName"),
                                     .read = text_of(p, "CanRead"),
                                     .create = text_of(p, "CanCreate"),
                                     .update = text_of(p, "CanUpdate"),
                                     .read_unmasked = text_of(p, "CanReadUnmasked")});
    }
    solution_.profiles.push_back(std::move(profile));
  }

  void read_workflow(pugi::xml_node node) {
    std::string path = text_of(node, "JsonFileName");
    if (path.empty()) return;
    solution_.workflows.push_back({lower(path.substr(path.find_last_of('/') + 1)), attribute_of(node, "Name")});
  }

  const std::string& file_;
  Solution& solution_;
};

}  // namespace

std::string read_xml(std::string_view text, const std::string& file, Solution& solution) {
  pugi::xml_document document;
  // The text is UTF-8 by now, whatever its declaration says.
  pugi::xml_parse_result result =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result) return fmt::format("not XML at byte {}: {}", result.offset, result.description());
  if (document.document_element()) Reader(file, solution).read(document.document_element());
  return {};
}

}  // namespace policyc::dataverse
