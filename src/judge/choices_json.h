#pragma once

#include <nlohmann/json_fwd.hpp>

#include "judge/detector_spec.h"

/// The choices as answers show them and people send them. `confidence` is the other way to say
/// `width`: the share of ordinary periods that lie inside. Both forms are read by
/// choices_from_json(); given alone, a confidence is kept as the width that has this share.
namespace tidemark::judge {

inline constexpr double kConfidenceMin = 0.08;
/// Beyond it a double cannot tell widths apart.
inline constexpr double kConfidenceMax = 0.999999999999;

/// choices_json() with the `confidence` that the width is.
nlohmann::json shown_choices_json(const DetectorChoices& choices);

/// A calendar as a detector uses it, and back; `where` stands before the names of its members in
/// messages. Wrong ones: `Errc::invalid`.
nlohmann::json calendar_json(const CalendarUse& use);
Result<CalendarUse> calendar_from_json(const nlohmann::json& from, const std::string& where);

}  // namespace tidemark::judge
