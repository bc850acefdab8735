#include "judge/model_versions.h"

#include <nlohmann/json.hpp>

#include "learn/registry.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

constexpr const char* kCollection = "model_versions";
constexpr const char* kKey = "models";

/// {"tide": [{"since": ns, "version": 6}, ...], ...}, ascending.
Result<json> read(ControlStore& control) {
  TM_TRY(const auto documents, control.documents(kCollection));
  if (documents.empty()) return json::object();
  json out = json::parse(documents.front().body, nullptr, false);
  if (!out.is_object()) return fail(Errc::corrupt, "the kept versions of models cannot be read");
  return out;
}

}  // namespace

Result<void> note_model_versions(ControlStore& control, Timestamp now) {
  TM_TRY(json known, read(control));
  bool is_new = false;
  for (const std::string_view model : learn::detector_names()) {
    json& entries = known[std::string(model)];
    const int version = learn::model_version(model);
    if (!entries.empty() && entries.back().value("version", 0) == version) continue;
    entries.push_back({{"since", now.ns()}, {"version", version}});
    is_new = true;
  }
  if (!is_new) return {};
  return control.commit_and_wait({PutDocument{{kCollection, kKey, known.dump()}}});
}

Result<int> model_version_at(ControlStore& control, std::string_view model, Timestamp at) {
  TM_TRY(const json known, read(control));
  int out = 0;
  for (const json& entry : known.value(std::string(model), json::array())) {
    const bool is_later = Timestamp::from_ns(entry.value("since", std::int64_t{0})) > at;
    if (out == 0 || !is_later) out = entry.value("version", 0);
  }
  return out;
}

}  // namespace tidemark::judge
