#pragma once

#include <string>
#include <vector>

#include "model/transition.h"

namespace tidemark::act::email {

/// The points as an HTML table: time, value, usual range, and a bar that shows the band in grey and
/// the value as a mark, red outside. Only tables and background colours, which every mail client
/// draws (pictures are blocked, inline SVG is cut out by most).
std::string html_picture(const std::vector<EvidencePoint>& points);

/// The same as lines of plain text with columns.
std::string text_table(const std::vector<EvidencePoint>& points);

}  // namespace tidemark::act::email
