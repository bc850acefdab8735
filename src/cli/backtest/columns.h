#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace tidemark::cli::backtest {

using Row = std::vector<std::string>;

/// Columns under each other; the last one is not padded. Counts characters, not bytes. `rows`: not
/// empty, as long as the first.
std::string aligned(const std::vector<Row>& rows);
/// Fields between tabs or commas, a line a row; for commas quoted where they have to be.
std::string separated(const std::vector<Row>& rows, char by);
/// All of it, indented; bytes that are not UTF-8 are replaced.
std::string json_text(const nlohmann::json& value);

}  // namespace tidemark::cli::backtest
