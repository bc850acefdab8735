#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace tidemark::cli::backtest {

using Row = std::vector<std::string>;
enum class Format { table, tsv, csv, json };

/// Columns under each other; the last one is not padded. Counts characters, not bytes. `rows`: not
/// empty, as long as the first.
std::string aligned(const std::vector<Row>& rows);
/// The answer for programs: JSON, indented, bytes that are not UTF-8 replaced; else its `rows`, a
/// line each, the fields between tabs, or between commas and quoted where they have to be. nullopt:
/// people want a table.
std::optional<std::string> program_text(const nlohmann::json& answer,
                                        std::vector<Row> (*rows)(const nlohmann::json& answer),
                                        Format format);
/// A number for people; "": absent or none.
std::string people_text(const nlohmann::json& object, const char* member);

}  // namespace tidemark::cli::backtest
