#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

/// What commands read of a server's answer. It may be of another version: what is not there, or not
/// as expected, reads as nothing.
namespace tidemark::cli::remote {

/// A text as printable() has it, anything else as JSON; "": absent or null.
std::string text_at(const nlohmann::json& object, const char* member);
std::optional<double> number_at(const nlohmann::json& object, const char* member);
std::vector<nlohmann::json> list_at(const nlohmann::json& object, const char* member);
/// An object; an empty one where there is none.
nlohmann::json object_at(const nlohmann::json& object, const char* member);

}  // namespace tidemark::cli::remote
