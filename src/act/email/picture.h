#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/transition.h"

namespace tidemark::act::email {

/// The points as an HTML table: time, value, usual range or limit, and a bar that shows the band in
/// grey and the value as a mark, red outside. Only tables and background colours, which every mail
/// client draws (pictures are blocked, inline SVG is cut out by most). `unit`: behind numbers, with
/// its blank.
std::string html_picture(const std::vector<EvidencePoint>& points, std::string_view unit);

/// The same as lines of plain text with columns.
std::string text_table(const std::vector<EvidencePoint>& points, std::string_view unit);

}  // namespace tidemark::act::email
