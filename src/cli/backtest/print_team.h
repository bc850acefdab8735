#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cli/backtest/print.h"

namespace tidemark::cli::backtest {

/// What goes to standard output of a team's answer: a row for each alarm, how often it would have
/// fired as it is and at the width that is advised; JSON: all that the server said.
std::string team_data_text(const nlohmann::json& answer, Format format);
/// What goes to standard error: the result in a sentence.
std::string team_words_text(const nlohmann::json& answer);
/// Would any of them have fired?
bool team_fired(const nlohmann::json& answer);

}  // namespace tidemark::cli::backtest
