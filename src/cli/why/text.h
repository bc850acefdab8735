#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace tidemark::cli::why {

/// The explanation that `GET /findings/ID/why` gives, as a person reads it on a terminal.
std::string explanation_text(const nlohmann::json& answer);
/// The findings that `GET /findings` gives: one a line, tab-separated: id, time, severity, reason.
std::string list_text(const nlohmann::json& answer);

}  // namespace tidemark::cli::why
