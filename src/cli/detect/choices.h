#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "judge/detector_spec.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}  // namespace CLI

namespace tidemark::cli::detect {

/// A choice as it stands on the command line.
struct GivenChoice {
  std::string flag;  ///< without dashes: the member of the choices (docs/api.md), - for _
  std::string text;
};

/// Adds a flag for every choice that a detector of the server has; parsing fills `given`.
void add_choice_flags(CLI::App* command, std::vector<GivenChoice>* given);

/// `base` with what was given, read and checked as the server reads its own. Ranges and calendars
/// are added to those of `base`, all else takes its place. `Errc::invalid`, naming the flag and
/// what would be right.
Result<judge::DetectorChoices> read_choices(const std::vector<GivenChoice>& given,
                                            judge::DetectorChoices base);

/// Is that flag among them?
bool has_choice(const std::vector<GivenChoice>& given, std::string_view flag);

}  // namespace tidemark::cli::detect
