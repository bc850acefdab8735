#include "web/own/judged_period.h"

namespace tidemark::web::own {

std::optional<Timestamp> judged_period(const nlohmann::json& reason_data) {
  if (!reason_data.is_object()) return std::nullopt;
  const auto points = reason_data.find("evaluatedDatapoints");
  if (points == reason_data.end() || !points->is_array() || points->empty()) return std::nullopt;
  const nlohmann::json& newest = points->front();
  if (!newest.is_object()) return std::nullopt;
  const auto at = newest.find("timestamp");
  if (at == newest.end() || !at->is_string()) return std::nullopt;
  return parse_rfc3339(at->get<std::string>());
}

}  // namespace tidemark::web::own
