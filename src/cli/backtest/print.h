#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/backtest/columns.h"

namespace tidemark::cli::backtest {

std::optional<Format> parse_format(std::string_view text);

/// What goes to standard output: a row for each time the alarm would have fired, newest first. A
/// table also has what other widths would have done, JSON all that the server said.
std::string data_text(const nlohmann::json& answer, Format format);
/// What goes to standard error: the result in sentences, one a line.
std::string words_text(const nlohmann::json& answer);

}  // namespace tidemark::cli::backtest
