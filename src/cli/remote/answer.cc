#include "cli/remote/answer.h"

#include "base/printable.h"

namespace tidemark::cli::remote {
namespace {

using nlohmann::json;

const json* find(const json& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

std::string text_at(const json& object, const char* member) {
  const json* found = find(object, member);
  if (found == nullptr) return "";
  return printable(found->is_string() ? found->get<std::string>() : found->dump());
}

std::optional<double> number_at(const json& object, const char* member) {
  const json* found = find(object, member);
  return found != nullptr && found->is_number() ? std::optional(found->get<double>())
                                                : std::nullopt;
}

std::vector<json> list_at(const json& object, const char* member) {
  const json* found = find(object, member);
  return found != nullptr && found->is_array() ? found->get<std::vector<json>>()
                                               : std::vector<json>();
}

json object_at(const json& object, const char* member) {
  const json* found = find(object, member);
  return found != nullptr && found->is_object() ? *found : json::object();
}

}  // namespace tidemark::cli::remote
