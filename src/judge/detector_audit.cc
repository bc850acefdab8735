#include "judge/detector_audit.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "judge/detector_title.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

std::string plain(const json& value) {
  if (value.is_null()) return "none";
  if (value.is_number()) return fmt::format("{}", value.get<double>());
  if (!value.is_string()) return value.dump();
  const auto text = value.get<std::string>();
  return text.empty() ? "none" : text;
}

std::string change_words(const std::string& name, const json& before, const json& after) {
  if (before.is_structured() || after.is_structured()) return name;
  return fmt::format("{} {} -> {}", name, plain(before), plain(after));
}

std::string difference_words(const DetectorSpec& before, const DetectorSpec& after) {
  std::string out;
  const json then = choices_json(before.choices), now = choices_json(after.choices);
  const auto add = [&out](const std::string& words) {
    if (!out.empty()) out += ", ";
    out += words;
  };
  for (const auto& [name, value] : now.items()) {
    if (then.at(name) != value) add(change_words(name, then.at(name), value));
  }
  if (before.periods != after.periods) add("periods");
  return out;
}

}  // namespace

AddAudit audit_of_put(Timestamp at,
                      const std::string& who,
                      const DetectorSpec* before,
                      const DetectorSpec& after) {
  return {at,
          who,
          before == nullptr ? "create detector" : "update detector",
          detector_title(after.target),
          before == nullptr ? "" : difference_words(*before, after)};
}

AddAudit audit_of_remove(Timestamp at, const std::string& who, const DetectorSpec& spec) {
  return {at, who, "delete detector", detector_title(spec.target), ""};
}

}  // namespace tidemark::judge
